using System.Diagnostics;
using System.Runtime.InteropServices;
using MlNetVision.Cli;
using MlNetVision.Cli.Hosting;

if (Descriptor.AreTooFew()) return ExitCode.Usage;
using var stop = new CancellationTokenSource();
// The first signal lets the command finish what it holds; for the second the default, ending the process, applies. Those that come with the first
// are the same: timeout(1) signals the process and then its group.
var (first, together) = ((long?)null, TimeSpan.FromSeconds(1));
void OnSignal(PosixSignalContext signal)
{
    signal.Cancel = first is not { } then || Stopwatch.GetElapsedTime(then) < together;
    first ??= Stopwatch.GetTimestamp();
    stop.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
// On Windows the window is closed; elsewhere "nohup" may have it ignored.
using var closed = OperatingSystem.IsWindows() ? PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal) : null;
using var page = ConsoleCodePage.Utf8();
return await CommandLine.RunAsync(args, Terminal.OfProcess(), stop.Token);
