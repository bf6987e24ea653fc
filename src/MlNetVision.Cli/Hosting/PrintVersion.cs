using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace MlNetVision.Cli.Hosting;

/// <summary>Prints the version of this program; System.CommandLine's own action asks the process, which may be a host.</summary>
internal sealed class PrintVersion : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        var version = typeof(PrintVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        parseResult.InvocationConfiguration.Output.WriteLine(version.Split('+')[0]); // without the commit
        return ExitCode.Done;
    }
}
