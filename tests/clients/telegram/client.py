"""A Telegram bot on aiogram 3, to prove the stand-in Bot API with a client nobody here wrote.

    client.py API_URL TOKEN VIDEO

It does once what our bot does, says each step on a line, and ends. A step that the stand-in answers
otherwise than Telegram would ends it with an error. The preview, a JPEG, lies beside the video.
"""

import asyncio
import io
import sys
from pathlib import Path

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramRetryAfter,
)
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    InputMediaVideo,
    LinkPreviewOptions,
    Message,
    MessageEntity,
    ReplyParameters,
)

url, token, video_path = sys.argv[1:4]
video = Path(video_path).read_bytes()
preview = Path(video_path).with_suffix(".jpg").read_bytes()
bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
dispatcher = Dispatcher()


def step(name: str) -> None:
    print(name, flush=True)


async def refused(kind: type[Exception], call) -> Exception:
    """The error that a call must end with."""
    try:
        await call
    except kind as error:
        return error
    raise SystemExit(f"{call} was not refused with {kind}")


@dispatcher.message(F.photo)
async def photo(message: Message) -> None:
    got = io.BytesIO()
    await bot.download(message.photo[-1], got)
    step(f"photo {len(got.getvalue())} {message.media_group_id}")


@dispatcher.message(F.text == "hello")
async def hello(message: Message) -> None:
    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text="Go on", callback_data="go:1")]]
    )
    card = await message.answer(
        "K7Q2M9 · Waiting\n🦑 hello",
        entities=[MessageEntity(type="bold", offset=0, length=16)],
        reply_parameters=ReplyParameters(
            message_id=message.message_id, allow_sending_without_reply=True
        ),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_markup=keyboard,
    )
    assert card.text.startswith("K7Q2M9"), card
    step("sent")
    await card.edit_text("K7Q2M9 · Being made", reply_markup=keyboard)
    step("edited")
    same = card.edit_text("K7Q2M9 · Being made", reply_markup=keyboard)
    error = await refused(TelegramBadRequest, same)
    assert "message is not modified" in str(error), error
    step("not modified")
    gone = bot.edit_message_text("x", chat_id=message.chat.id, message_id=999_999)
    error = await refused(TelegramBadRequest, gone)
    assert "message to edit not found" in str(error), error
    step("not found")
    long = message.answer("x" * 4097)
    assert "too long" in str(await refused(TelegramBadRequest, long))
    data = InlineKeyboardButton(text="x", callback_data="x" * 65)
    bad = message.answer("x", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[data]]))
    assert "BUTTON_DATA_INVALID" in str(await refused(TelegramBadRequest, bad))
    step("limits")


@dispatcher.callback_query(F.data == "go:1")
async def pressed(query: CallbackQuery) -> None:
    await query.answer("Here it is", show_alert=True)
    again = query.answer("too late")
    assert "query is too old" in str(await refused(TelegramBadRequest, again))
    step("answered")
    photo = InputMediaPhoto(
        media=BufferedInputFile(preview, "sheet.jpg"),
        caption="K7Q2M9 · Being made",
    )
    changed = await query.message.edit_media(photo)
    assert (changed.photo[-1].width, changed.photo[-1].height) == (180, 320), changed
    changed = await query.message.edit_caption(caption="K7Q2M9 · Nearly there")
    assert changed.photo and changed.caption == "K7Q2M9 · Nearly there", changed
    broken = InputMediaPhoto(media=BufferedInputFile(b"no picture", "sheet.jpg"))
    bad = query.message.edit_media(broken)
    assert "IMAGE_PROCESS_FAILED" in str(await refused(TelegramBadRequest, bad))
    step("picture in place")
    media = InputMediaVideo(
        media=BufferedInputFile(video, "hearts.mp4"),
        thumbnail=BufferedInputFile(preview, "preview.jpg"),
        caption="K7Q2M9 · Done",
        caption_entities=[MessageEntity(type="bold", offset=0, length=13)],
        width=720,
        height=1280,
        duration=15,
        supports_streaming=True,
    )
    changed = await query.message.edit_media(media)
    assert changed.video.file_size == len(video), changed
    step("video in place")
    sent = await bot.send_video(
        query.message.chat.id,
        BufferedInputFile(video, "hearts.mp4"),
        thumbnail=BufferedInputFile(preview, "preview.jpg"),
        caption="once more",
        width=720,
        height=1280,
        duration=15,
        supports_streaming=True,
    )
    got = io.BytesIO()
    await bot.download(sent.video, got)
    assert got.getvalue() == video
    step("video sent and fetched")
    text = sent.edit_text("words")
    assert "there is no text in the message" in str(await refused(TelegramBadRequest, text))
    step("no text")


@dispatcher.message(F.text == "limits")
async def limits(message: Message) -> None:
    """The test has armed these, in this order."""
    waiting = await refused(TelegramRetryAfter, message.answer("one"))
    assert waiting.retry_after == 1, waiting
    step("told to wait")
    await asyncio.sleep(waiting.retry_after + 0.2)
    large = bot.send_video(message.chat.id, BufferedInputFile(video, "hearts.mp4"))
    await refused(TelegramEntityTooLarge, large)
    step("too large")
    await refused(TelegramForbiddenError, message.answer("two"))
    step("blocked")
    await dispatcher.stop_polling()


async def main() -> None:
    me = await bot.get_me()
    assert me.username == "CutlineTestBot", me
    await bot.delete_webhook(drop_pending_updates=False)
    menu = [BotCommand(command="video", description="Make a video")]
    await bot.set_my_commands(menu)
    await bot.set_my_commands(menu, language_code="es")
    step("logged in")
    await dispatcher.start_polling(bot, handle_signals=False, polling_timeout=5)
    step("over")


asyncio.run(main())
