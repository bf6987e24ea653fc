using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Onnx.Import.Darknet;

namespace MlNetVision.Cli.ModelOptions;

/// <summary><c>--network NAME</c>: a network of a detector that is trained.</summary>
internal static class DetectorNetworkOption
{
    public static Option<string?> Create(string remark = "[default: small]")
    {
        var option = new Option<string?>("--network")
        {
            Description = $"The network: {string.Join(" or ", DarknetNetworks.Names)}, or a .cfg file of Darknet with [region] or [yolo] heads. {remark}",
            HelpName = "NETWORK",
        };
        option.Aliases.Add("--cfg");
        option.CompletionSources.Add(_ => DarknetNetworks.Names.Select(n => new System.CommandLine.Completions.CompletionItem(n)));
        return option;
    }

    public static Option<string?> CreateSize() => new("--size")
    {
        Description = "The size of the input: 512, or 640x384 (width by height). [default: as the network says]",
        HelpName = "SIZE",
    };

    /// <exception cref="UsageException">There is no such network, or no such size.</exception>
    public static DarknetTrainingNetwork Open(ParseResult parsed, Option<string?> network, Option<string?> size)
    {
        var name = parsed.GetValue(network) ?? DarknetNetworks.Names[0];
        var pixels = InputSize.Read(parsed, size);
        var options = new DarknetTrainingOptions { Width = pixels?.Width, Height = pixels?.Height };
        return DarknetNetworks.Names.Contains(name) && !File.Exists(name) ? DarknetTrainingNetwork.Parse(DarknetNetworks.Get(name), name, options)
            : Path.GetExtension(name).Equals(".cfg", StringComparison.OrdinalIgnoreCase) ? DarknetTrainingNetwork.Load(name, options)
            : throw new UsageException($"{network.Name} '{name}': expected {string.Join(", ", DarknetNetworks.Names)} or a .cfg file.");
    }
}
