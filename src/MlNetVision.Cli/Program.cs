using System.Runtime.InteropServices;
using MlNetVision.Cli;
using MlNetVision.Cli.Hosting;

using var stop = new CancellationTokenSource();
// The first signal lets the command finish what it holds; for the second the default, ending the process, applies.
void OnSignal(PosixSignalContext signal)
{
    signal.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
// On Windows the window is closed; elsewhere "nohup" may have it ignored.
using var closed = OperatingSystem.IsWindows() ? PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal) : null;
using var page = ConsoleCodePage.Utf8();
return await CommandLine.RunAsync(args, Terminal.OfProcess(), stop.Token);
