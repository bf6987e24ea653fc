using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Images;
using MlNetVision.Cli.Outputs;
using MlNetVision.Onnx;

namespace MlNetVision.Cli.Commands;

/// <summary><c>model info MODEL</c>: layers, sizes and what the model says of itself.</summary>
internal static class ModelInfoCommand
{
    // Beyond that many characters a value (80 class names) is shortened in the table; JSON has it whole.
    private const int LongestValue = 160;

    public static Command Create(Terminal terminal)
    {
        var model = ModelOption.CreateArgument();
        var weights = new Option<string?>("--weights") { Description = "The weights of a .cfg. [default: the .weights beside it]", HelpName = "FILE" };
        var size = new Option<string?>("--size") { Description = "The image's size, for networks that take any.", HelpName = "WIDTHxHEIGHT" };
        var json = ImageOptions.JsonOption("one object");
        var command = new DocumentedCommand("info", "Show a network layer by layer, with parameters and multiply-adds.")
        {
            Examples =
            [
                ("mlnetvision model info blood-cells", "The layers of the bundled detector."),
                ("mlnetvision model info yolov3.cfg --json", "The same of a Darknet network, as JSON."),
            ],
        };
        command.Add(model);
        command.Add(weights);
        command.Add(size);
        command.Add(json);
        command.SetRun(terminal, (parsed, cancellation) =>
        {
            OutputPath.CheckFile(json.Name, ImageOptions.JsonFile(parsed, json), ModelFiles.Of(parsed.GetRequiredValue(model), parsed.GetValue(weights), labels: null));
            var opened = ModelFiles.Open(terminal, parsed.GetRequiredValue(model), parsed.GetValue(weights), labels: null);
            var summary = opened.Describe(parsed.GetValue(size) is { } given ? InputSize.Parse(size.Name, given).ShapesFor(opened) : null);
            if (parsed.GetResult(json) is null) Print(terminal, opened, summary);
            else WriteJson(terminal, ImageOptions.JsonFile(parsed, json), opened, summary, cancellation);
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static void Print(Terminal terminal, OnnxModel model, OnnxSummary summary)
    {
        foreach (var input in summary.Inputs) terminal.Result($"input   {input}");
        foreach (var output in summary.Outputs) terminal.Result($"output  {output}");
        foreach (var key in model.Metadata.Keys)
        {
            var value = model.Metadata[key]!;
            terminal.Result($"{key}: {(value.Length <= LongestValue ? value : string.Create(CultureInfo.InvariantCulture, $"{value[..LongestValue]}… ({value.Length} characters)"))}");
        }
        terminal.Result("");
        foreach (var line in summary.ToTable().Split('\n', StringSplitOptions.RemoveEmptyEntries)) terminal.Result(line);
    }

    private static void WriteJson(Terminal terminal, string? file, OnnxModel model, OnnxSummary described, CancellationToken cancellation)
    {
        var summary = JsonNode.Parse(described.ToJson(indented: false))!;
        summary["metadata"] = new JsonObject(model.Metadata.Keys.Select(k => KeyValuePair.Create(k, (JsonNode?)model.Metadata[k])));
        using var json = new JsonOutput(terminal, file, cancellation);
        terminal.Preparation.End();
        json.Write(summary);
        json.Commit();
    }
}
