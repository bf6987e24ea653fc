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
    public static DarknetTrainingNetwork Open(ParseResult parsed, Option<string?> network, Option<string?> size) =>
        Open(parsed.GetValue(network), network.Name, InputSize.Read(parsed, size));

    /// <param name="network">The name or file; null: the default.</param>
    /// <param name="option">The option that gives it, for messages.</param>
    /// <param name="pixels">The size of the input; null: as the network says.</param>
    /// <exception cref="UsageException">There is no such network.</exception>
    public static DarknetTrainingNetwork Open(string? network, string option, (int Width, int Height)? pixels)
    {
        var name = network ?? DarknetNetworks.Names[0];
        var options = new DarknetTrainingOptions { Width = pixels?.Width, Height = pixels?.Height };
        return DarknetNetworks.Names.Contains(name) && !File.Exists(name) ? DarknetTrainingNetwork.Parse(DarknetNetworks.Get(name), name, options)
            : Path.GetExtension(name).Equals(".cfg", StringComparison.OrdinalIgnoreCase) ? DarknetTrainingNetwork.Load(name, options)
            : throw new UsageException($"{option} '{name}': expected {string.Join(", ", DarknetNetworks.Names)} or a .cfg file.");
    }
}
