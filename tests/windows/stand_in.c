/*
 * Stands for erl.exe and erlsrv.exe in the tests of the Windows scripts: adds its command
 * line, and some of its environment, to the file in RELC_RECORD, and ends with the status
 * in RELC_STATUS_NAME or 0. Built without a C library: clang --target=x86_64-windows.
 */
typedef void *handle;
#define API __declspec(dllimport)

API char *GetCommandLineA(void);
API unsigned GetEnvironmentVariableA(const char *, char *, unsigned);
API unsigned GetModuleFileNameA(handle, char *, unsigned);
API handle CreateFileA(const char *, unsigned, unsigned, void *, unsigned, unsigned,
                       handle);
API int WriteFile(handle, const void *, unsigned, unsigned *, void *);
API unsigned SetFilePointer(handle, int, int *, unsigned);
API void ExitProcess(unsigned);

enum { GENERIC_WRITE_ACCESS = 0x40000000, OPEN_ALWAYS_ = 4, FROM_END = 2, SIZE = 4096 };

static unsigned length(const char *text)
{
    unsigned len = 0;
    while (text[len])
        len++;
    return len;
}

static void write(handle file, const char *text)
{
    unsigned done;
    WriteFile(file, text, length(text), &done, 0);
}

static void write_variable(handle file, const char *name)
{
    static char value[SIZE];
    if (!GetEnvironmentVariableA(name, value, SIZE))
        return;
    write(file, name);
    write(file, "=");
    write(file, value);
    write(file, "\n");
}

/* "...\erlsrv.exe" is the service's program. */
static int is_service(void)
{
    static char path[SIZE];
    unsigned len = GetModuleFileNameA(0, path, SIZE);
    return len > 7 && path[len - 7] == 's';
}

void start(void);

void start(void)
{
    static char value[SIZE];
    GetEnvironmentVariableA("RELC_RECORD", value, SIZE);
    handle file = CreateFileA(value, GENERIC_WRITE_ACCESS, 3, 0, OPEN_ALWAYS_, 0x80, 0);
    SetFilePointer(file, 0, 0, FROM_END);
    write(file, GetCommandLineA());
    write(file, "\n");
    write_variable(file, "RELEASE_CALL");
    write_variable(file, "RELEASE_EXPRESSION");
    write_variable(file, "RELEASE_EXPRESSION_FILE");
    write_variable(file, "RELEASE_SYS_CONFIG");
    unsigned len = GetEnvironmentVariableA(
        is_service() ? "RELC_STATUS_ERLSRV" : "RELC_STATUS_ERL", value, SIZE);
    ExitProcess(len ? (unsigned)(value[0] - '0') : 0);
}
