"""Theme of the page: Gradio's Soft with the contrast that WCAG 2.2 AA asks for, and no text below 14 px."""

import gradio as gr

FONT = ["system-ui", "sans-serif"]
TEXT = gr.themes.Size("14px", "14px", "14px", "15px", "17px", "22px", "26px", name="text_legible")


def theme() -> gr.themes.Base:
    """The theme: contrast of at least 4.5:1 for text, 3:1 for boundaries of controls, light and dark."""
    soft = gr.themes.Soft(font=FONT, font_mono=["ui-monospace", "monospace"], text_size=TEXT)
    return soft.set(
        color_accent="*primary_600",
        slider_color="*primary_600",
        body_text_color_subdued="*neutral_600",
        input_placeholder_color="*neutral_500",
        input_placeholder_color_dark="*neutral_400",
        link_text_color="*primary_700",
        link_text_color_hover="*primary_800",
        link_text_color_visited="*primary_700",
        link_text_color_active="*primary_700",
        link_text_color_dark="*primary_300",
        link_text_color_hover_dark="*primary_200",
        link_text_color_visited_dark="*primary_300",
        link_text_color_active_dark="*primary_300",
        block_label_text_color="*primary_700",
        block_label_text_size="*text_sm",
        block_title_text_color="*primary_700",
        block_title_text_size="*text_sm",
        input_border_color="*neutral_500",
        input_border_color_dark="*neutral_400",
        input_border_color_focus="*primary_600",
        input_border_color_focus_dark="*primary_300",
        input_border_width="1px",
        checkbox_border_color="*neutral_500",
        checkbox_border_color_dark="*neutral_400",
        checkbox_label_background_fill_selected="*primary_600",
        button_border_width="1px",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_hover_dark="*primary_700",
        button_secondary_border_color="*neutral_500",
        button_secondary_border_color_hover="*neutral_500",
        button_secondary_border_color_dark="*neutral_400",
        button_secondary_border_color_hover_dark="*neutral_400",
        button_secondary_background_fill_hover_dark="*primary_700",
    )
