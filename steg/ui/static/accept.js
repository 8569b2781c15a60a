// File fields name the types that are read in place of image/*: Safari then hands over HEIC photos as JPEG.
() => {
  const TYPES =
    "image/jpeg,image/png,image/webp,image/avif,image/gif,image/bmp,image/tiff,image/jp2," +
    ".jpg,.jpeg,.png,.webp,.avif,.gif,.bmp,.tif,.tiff,.ppm,.pgm,.tga,.jp2,.j2k";
  const name = () =>
    document
      .querySelectorAll('input[type=file][accept="image/*"]')
      .forEach((field) => field.setAttribute("accept", TYPES));
  new MutationObserver(name).observe(document.body, {
    childList: true,
    subtree: true,
    attributeFilter: ["accept"],
  });
  name();
}
