#!/usr/bin/env python3
"""What Jinja makes of the templates in this folder, rendered as Hugging Face does: needs jinja2.

    render.py > rendered.jsonl

A line for each template and conversation: judge (the question, with a generation prompt), no_thinking (the same with
enable_thinking false), reward (question and response, no generation prompt), each null where the template refuses.
"""
import json
import pathlib

import jinja2
import jinja2.ext
import jinja2.sandbox

TOKENS = {'bos_token': '<s>', 'eos_token': '</s>'}
DATES = ['26 Jul 2024', '01 Jan 2025']
SPACE = ' \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000'
CONVERSATIONS = [
    ('Hi', 'Hello!'),
    ('', ''),
    ('  padded\n\n', '\n\n answer \n'),
    (SPACE + 'x' + SPACE, SPACE + '\u200by\ufeff' + SPACE),
    ('{{ x }} {% if %}', '<think>\nreason\n</think>\n\nanswer'),
    ('a</think>b', '</think>tail'),
    ('q', 'a<think>b<think>\n\nc\n\n</think>d</think>\n\ne\n'),
    ('<tool_response>x</tool_response>', '\nplain'),
    ('<tool_response></tool_response>', '<think>t</think>\n\nanswer'),
    ('<tool_response>', 'no </tool_response>'),
]


class Generation(jinja2.ext.Extension):
    tags = {'generation'}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(['name:endgeneration'], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method('write'), [], [], body).set_lineno(line)

    def write(self, caller):
        return caller()


def refuse(message):
    raise jinja2.TemplateError(message)


def render(template, turns, **settings):
    roles = ('user', 'assistant')
    messages = [{'role': role, 'content': content} for role, content in zip(roles, turns)]
    try:
        return template.render(messages=messages, tools=None, documents=None, **TOKENS, **settings)
    except jinja2.TemplateError:
        return None


def main():
    environment = jinja2.sandbox.ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols])
    environment.globals.update(raise_exception=refuse, strftime_now=lambda form: DATES[0])
    for path in sorted(pathlib.Path(__file__).parent.glob('*.jinja')):
        template = environment.from_string(path.read_text(encoding='utf-8'))
        for date in DATES:
            given = {} if date == DATES[0] else {'date_string': date}
            for question, response in CONVERSATIONS if not given else CONVERSATIONS[:1]:
                print(json.dumps({
                    'template': path.stem, 'date': date, 'question': question, 'response': response,
                    'judge': render(template, (question,), add_generation_prompt=True, **given),
                    'no_thinking': render(template, (question,), add_generation_prompt=True, enable_thinking=False,
                                          **given),
                    'reward': render(template, (question, response), add_generation_prompt=False, **given)}))


if __name__ == '__main__':
    main()
