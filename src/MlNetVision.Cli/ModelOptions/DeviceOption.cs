using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Inference;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Cli.ModelOptions;

/// <summary><c>--device DEVICES</c>: what runs the network, and what to take where that does not work.</summary>
internal static class DeviceOption
{
    /// <param name="remark">What help says of the default.</param>
    /// <param name="start">The first words of the description.</param>
    public static Option<DeviceList?> Create(string remark = "[default: as the model says, else cpu]", string start = "What runs the network")
    {
        var option = new Option<DeviceList?>("--device")
        {
            Description = $"{start}: cpu, cuda[:N], directml[:N], coreml or openvino; of a list such as cuda,cpu the first that works. "
                + $"The tool's own package has cpu, on macOS coreml too. {remark}",
            HelpName = "DEVICES",
        };
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            try
            {
                return DeviceList.Parse(text);
            }
            catch (ArgumentException e)
            {
                result.AddError($"{option.Name} '{text}': {Failure.Describe(e)}");
                return null;
            }
        };
        option.CompletionSources.Add(_ => DeviceList.Names.Append("cuda,cpu").Select(n => new System.CommandLine.Completions.CompletionItem(n)));
        return option;
    }

    /// <summary>Opens a model on its device before any image, and notes where that is another than the first that was asked for.</summary>
    /// <exception cref="BadDeviceException">No device that was asked for works.</exception>
    public static void Open<TResult>(Terminal terminal, VisionModel<TResult> model) where TResult : class
    {
        if (model.DeviceNote is { } note) terminal.Note(note);
        terminal.Debug($"{model.Model.Name}: runs on {model.Device}");
    }
}
