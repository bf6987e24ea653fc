using System.CommandLine;
using MlNetVision.Cli.Hosting;

namespace MlNetVision.Cli.Commands;

/// <summary><c>train classifier</c> and <c>train style</c>: make models of pictures.</summary>
internal static class TrainCommand
{
    public static Command Create(Terminal terminal) => new DocumentedCommand("train", "Train a model on pictures.")
    {
        TrainClassifierCommand.Create(terminal),
        TrainStyleCommand.Create(terminal),
    };
}
