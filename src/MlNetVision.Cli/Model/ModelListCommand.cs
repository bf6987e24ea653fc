using System.CommandLine;
using System.Globalization;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.Outputs;
using MlNetVision.Models;
using Spectre.Console;

namespace MlNetVision.Cli.Model;

/// <summary><c>model list</c>: the models that are known by name.</summary>
internal static class ModelListCommand
{
    public static Command Create(Terminal terminal)
    {
        var json = JsonOption.Create("one line per model");
        var command = new DocumentedCommand("list", "Show the models that are known by name.")
        {
            Examples = [("mlnetvision model list", "What -m takes by name, and which of them are on this machine.")],
        };
        command.Add(json);
        command.SetRun(terminal, (parsed, cancellationToken) =>
        {
            OutputPath.CheckFile(json.Name, JsonOption.FileOf(parsed, json), new UsedFiles());
            var entries = ModelCatalogue.Default.Entries;
            if (parsed.GetResult(json) is null) terminal.Result(Table(entries));
            else WriteJson(terminal, JsonOption.FileOf(parsed, json), entries, cancellationToken);
            terminal.Note($"Pulled models are in {ModelFolder.Path} ({ModelFolder.Variable} changes it).");
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static Table Table(IEnumerable<CatalogueEntry> entries)
    {
        var table = Tables.Create(2..3, "name", "task", "size", "here", "licence", "what it is");
        foreach (var entry in entries)
        {
            var here = entry.Bundled ? "bundled" : entry.IsPulled() ? "pulled" : "-";
            table.AddCells(entry.Name, entry.Task, entry.Bundled ? "" : Megabytes(entry.Size), here, entry.License, entry.Description);
        }
        return table;
    }

    private static void WriteJson(Terminal terminal, string? file, IEnumerable<CatalogueEntry> entries, CancellationToken cancellationToken)
    {
        using var json = new JsonOutput(terminal, file, cancellationToken);
        terminal.Preparation.End();
        foreach (var e in entries)
        {
            json.Write(new
            {
                name = e.Name, task = e.Task, bundled = e.Bundled, pulled = e.IsPulled(), bytes = e.Size,
                inputWidth = e.InputWidth, inputHeight = e.InputHeight, license = e.License, source = e.Source, description = e.Description,
            });
        }
        json.Commit();
    }

    internal static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");
}
