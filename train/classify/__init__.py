"""Trains the small networks that teach: two classifiers, a second detector, and an autoencoder.

python -m train.classify --model cat-or-dog --data tiny-imagenet-200.zip
"""
