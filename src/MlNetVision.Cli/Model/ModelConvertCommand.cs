using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.ModelOptions;
using MlNetVision.Cli.Outputs;

namespace MlNetVision.Cli.Model;

/// <summary><c>model convert IN -o OUT.onnx</c>: any model that can be opened, as an ONNX file that describes itself.</summary>
internal static class ModelConvertCommand
{
    public static Command Create(Terminal terminal)
    {
        var model = ModelOption.CreateArgument();
        var output = new Option<string>("--output", "-o") { Description = "The .onnx file to write.", HelpName = "OUT.onnx", Required = true };
        var weights = ModelOption.CreateWeights();
        var labels = new Option<string?>("--labels") { Description = "Class names to put into the file, one per line.", HelpName = "FILE" };
        var command = new DocumentedCommand(
            "convert", "Write a Darknet or Torch7 network or a saved model as ONNX, with names, anchors and pre-processing inside.")
        {
            Examples = [("mlnetvision model convert yolov2.cfg -o yolov2.onnx",
                "One file for cfg, weights and names; other ONNX programs run it too.")],
        };
        command.Add(model);
        command.Add(output);
        command.Add(weights);
        command.Add(labels);
        command.SetRun(terminal, (parsed, _) =>
        {
            var (from, to) = (parsed.GetRequiredValue(model), parsed.GetRequiredValue(output));
            OutputPath.CheckFile(output.Name, to, ModelFiles.Of(from, parsed.GetValue(weights), parsed.GetValue(labels)), ".onnx");
            var opened = ModelFiles.Open(terminal, from, parsed.GetValue(weights), parsed.GetValue(labels));
            terminal.Preparation.End();
            opened.Save(to);
            terminal.Note($"model: {to}");
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}
