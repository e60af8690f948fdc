#include "relc/base/report.h"

#include "relc/base/buf.h"

void report_say(const struct report *report, enum report_level level, const char *format,
                ...)
{
    if (!report || !report->emit)
        return;
    struct buf text;
    va_list args;
    buf_init(&text);
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    report->emit(report->context, level, buf_view(&text));
    buf_release(&text);
}
