using System.CommandLine;
using MlNetVision.Cli.Hosting;

namespace MlNetVision.Cli.Model;

/// <summary><c>model list|pull|info|convert|verify</c>.</summary>
internal static class ModelCommand
{
    public static Command Create(Terminal terminal) => new DocumentedCommand("model", "List, fetch, inspect, convert and verify models.")
    {
        ModelListCommand.Create(terminal),
        ModelPullCommand.Create(terminal),
        ModelInfoCommand.Create(terminal),
        ModelConvertCommand.Create(terminal),
        ModelVerifyCommand.Create(terminal),
    };
}
