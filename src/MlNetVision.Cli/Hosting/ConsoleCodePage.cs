using System.Text;

namespace MlNetVision.Cli.Hosting;

/// <summary>The code page in which a console window of Windows reads what is written to it: UTF-8 while the program runs, then again what it was.</summary>
internal sealed class ConsoleCodePage : IDisposable
{
    private readonly Encoding? _before;

    private ConsoleCodePage(Encoding? before) => _before = before;

    /// <summary>Sets UTF-8, which <see cref="Terminal.OfProcess"/> writes. Other systems have it anyway; files and pipes have no code page.</summary>
    public static ConsoleCodePage Utf8()
    {
        if (!OperatingSystem.IsWindows() || (Console.IsOutputRedirected && Console.IsErrorRedirected)) return new(null);
        try
        {
            var before = Console.OutputEncoding;
            Console.OutputEncoding = new UTF8Encoding(false);
            return new(before);
        }
        catch (IOException)
        {
            return new(null); // no window to set it for
        }
    }

    public void Dispose()
    {
        if (_before is not null) Console.OutputEncoding = _before;
    }
}
