using System.CommandLine;
using MlNetVision.Cli.Hosting;

namespace MlNetVision.Cli.Commands;

/// <summary><c>train classifier</c>: makes a model of pictures with answers.</summary>
internal static class TrainCommand
{
    public static Command Create(Terminal terminal) => new DocumentedCommand("train", "Train a model on pictures with answers.")
    {
        TrainClassifierCommand.Create(terminal),
    };
}
