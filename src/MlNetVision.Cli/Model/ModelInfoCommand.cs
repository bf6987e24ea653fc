using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.ModelOptions;
using MlNetVision.Cli.Outputs;
using MlNetVision.Detection;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Cli.Model;

/// <summary><c>model info MODEL</c>: layers, sizes, metadata, and the device that runs it.</summary>
internal static class ModelInfoCommand
{
    // Longer values (80 class names) are shortened in the table; JSON has them whole.
    private const int LongestValue = 160;

    public static Command Create(Terminal terminal)
    {
        var model = ModelOption.CreateArgument();
        var weights = ModelOption.CreateWeights();
        var size = new Option<string?>("--size") { Description = "The image's size, for networks that take any.", HelpName = "WIDTHxHEIGHT" };
        var device = DeviceOption.Create(start: "Say which of these devices runs the network here");
        var json = JsonOption.Create("one object");
        var command = new DocumentedCommand("info", "Show a network layer by layer: what each is connected to, parameters and multiply-adds.")
        {
            Examples =
            [
                ("mlnetvision model info blood-cells", "The layers of the bundled detector."),
                ("mlnetvision model info yolov3.cfg --json", "The same of a Darknet network, as JSON."),
                ("mlnetvision model info flowers --device cuda,cpu", "Whether it would run on a GPU of NVIDIA, and if not, why."),
            ],
        };
        command.Add(model);
        command.Add(weights);
        command.Add(size);
        command.Add(device);
        command.Add(json);
        command.SetRun(terminal, (parsed, cancellationToken) =>
        {
            OutputPath.CheckFile(json.Name, JsonOption.FileOf(parsed, json), ModelFiles.Of(parsed.GetRequiredValue(model), parsed.GetValue(weights)));
            var opened = ModelFiles.Open(terminal, parsed.GetRequiredValue(model), parsed.GetValue(weights), labels: null);
            var summary = opened.Describe(parsed.GetValue(size) is { } given ? InputSize.Parse(size.Name, given).ShapesFor(opened) : null);
            var running = RunningDevice.Of(terminal, opened, parsed.GetValue(device) ?? opened.GetDevice());
            if (parsed.GetResult(json) is null) Print(terminal, opened, summary, running);
            else WriteJson(terminal, JsonOption.FileOf(parsed, json), opened, summary, running, cancellationToken);
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static void Print(Terminal terminal, OnnxModel model, OnnxSummary summary, RunningDevice device)
    {
        foreach (var input in summary.Inputs) terminal.Result($"input   {input}");
        foreach (var output in summary.Outputs) terminal.Result($"output  {output}");
        foreach (var head in DetectionHeads.Describe(model)) terminal.Result($"head    {head}");
        var resize = model.GetResizeReason();
        if (resize is not null) terminal.Result($"resize  {resize}");
        terminal.Result($"device  {device}");
        foreach (var key in model.Metadata.Keys.Where(k => k != VisionMetadata.ResizeReasonKey || resize is null))
        {
            var value = model.Metadata[key]!;
            var more = value.Length <= LongestValue ? "" : string.Create(CultureInfo.InvariantCulture, $"… ({value.Length} characters)");
            terminal.Result($"{key}: {value[..Math.Min(value.Length, LongestValue)]}{more}");
        }
        terminal.Result("");
        foreach (var line in summary.ToTable().Split('\n', StringSplitOptions.RemoveEmptyEntries)) terminal.Result(line);
    }

    private static void WriteJson(
        Terminal terminal, string? file, OnnxModel model, OnnxSummary described, RunningDevice device, CancellationToken cancellationToken)
    {
        var summary = JsonNode.Parse(described.ToJson(indented: false))!;
        if (DetectionHeads.Describe(model).ToArray() is { Length: > 0 } heads) summary["heads"] = new JsonArray([.. heads.Select(h => (JsonNode)h)]);
        summary["metadata"] = new JsonObject(model.Metadata.Keys.Select(k => KeyValuePair.Create(k, (JsonNode?)model.Metadata[k])));
        summary["device"] = device.ToJson();
        using var json = new JsonOutput(terminal, file, cancellationToken);
        terminal.Preparation.End();
        json.Write(summary);
        json.Commit();
    }
}

/// <summary>What runs a network on this machine.</summary>
/// <param name="Device">The device; null: none that was asked for.</param>
/// <param name="Asked">What was asked for, or null.</param>
internal sealed record RunningDevice(Device? Device, DeviceList? Asked)
{
    private static string[] Providers => [.. OnnxRuntimeEnvironment.Providers];

    /// <summary>Finds it by opening the network, where another than the processor is asked for, and notes why it is not the first of these.</summary>
    public static RunningDevice Of(Terminal terminal, OnnxModel model, DeviceList? asked)
    {
        if (asked is null || asked.IsCpu) return new(Onnx.Runtime.Device.Cpu, asked);
        try
        {
            using var session = OnnxSession.Open(model, new OnnxSessionOptions { Device = asked });
            if (session.DeviceNote is { } note) terminal.Note(note);
            return new(session.Device, asked);
        }
        catch (Exception e) when (e is BadDeviceException or BadModelException)
        {
            terminal.Warn(Failure.Describe(e));
            return new(null, asked);
        }
    }

    public JsonObject ToJson() => new()
    {
        ["runs"] = Device?.ToString(),
        ["asked"] = Asked?.ToString(),
        ["providers"] = new JsonArray([.. Providers.Select(p => (JsonNode)p)]),
    };

    public override string ToString()
    {
        var asked = Asked is null ? "" : $", asked for: {Asked}";
        return $"{Device?.ToString() ?? "none"} (ONNX Runtime has {string.Join(" and ", Providers)}{asked})";
    }
}
