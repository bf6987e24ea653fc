using MlNetVision.Onnx.Import.Darknet.Layers;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Onnx.Import.Darknet;

/// <summary>
/// Turns a Darknet network (a <c>.cfg</c> with its <c>.weights</c>) into an ONNX model.
/// </summary>
/// <remarks>
/// The arithmetic is that of the original Darknet (J. Redmon, https://pjreddie.com/darknet), with the layers that YOLO v4
/// added (A. Bochkovskiy, arXiv:2004.10934).
/// </remarks>
public sealed class DarknetImporter : IModelImporter
{
    /// <inheritdoc/>
    public string Name => "Darknet";

    /// <summary><c>.cfg</c>.</summary>
    public IReadOnlyList<string> Extensions { get; } = [".cfg"];

    /// <summary>Reads a network and its weights.</summary>
    /// <param name="path">The <c>.cfg</c> file.</param>
    /// <param name="options">The <c>.weights</c> file; by default the one of the same stem beside the <c>.cfg</c>.</param>
    /// <returns>
    /// A model with the input <c>image</c> (float, 1 × channels × height × width, RGB from 0 to 1). A detector has one output
    /// per head, <c>grid_0</c>, <c>grid_1</c>, …: the raw grid (1 × anchors · (5 + classes) × h × w), the output of the last convolution,
    /// described by <see cref="ImportedModel.Outputs"/>: <c>classes</c>, <c>anchors</c> and <c>softmax</c> of a <c>region</c>; <c>classes</c>,
    /// <c>anchors</c>, <c>mask</c>, <c>scale_x_y</c> and <c>new_coords</c> of a <c>yolo</c>; the same with <c>yolo_point</c> (0 for the centre, 1 for left
    /// and top, 2 for right and bottom) of a <c>Gaussian_yolo</c>, which has 9 values before the classes; <c>tree</c> of a <c>region</c> over a hierarchy,
    /// the parent of each class. A <c>detection</c> has an output <c>cells_0</c>, flat, and <c>classes</c>, <c>side</c>, <c>num</c>, <c>sqrt</c>,
    /// <c>softmax</c>. Any other network has the output
    /// <c>output</c>. The output of Darknet's layer N is the tensor <c>layer_N_type</c>, such as <c>layer_07_maxpool</c>. A <c>.cfg</c> has no class
    /// names, so <see cref="ImportedModel.ClassNamesFile"/> names a <c>.names</c> file of the same stem.
    /// </returns>
    /// <exception cref="BadModelException">
    /// A file is missing or unreadable, a section or option is unknown or unsupported, or the weights are too short or too long. The message
    /// names the section, its line, and the bytes expected and found.
    /// </exception>
    public ImportedModel Import(string path, ImportOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var config = DarknetConfig.Load(path);
        var weights = options?.WeightsFile ?? Path.ChangeExtension(path, ".weights");
        return BatchNormalization.InEitherForm(config, hasBiases => Import(config, weights, hasBiases));
    }

    private static ImportedModel Import(DarknetConfig config, string weightsFile, bool batchnormHasBiases)
    {
        using var weights = DarknetWeights.Open(weightsFile);
        var network = DarknetNetwork.Start(config, weights, trains: false, batchnormHasBiases);
        foreach (var section in config.Layers) DarknetLayers.Read(network, section);
        weights.ExpectEnd(config);
        if (network.Heads.Count == 0) AddOutput(network, config.Layers[^1]);

        return Describe(network.Graph.Build(config.Path), network, config);
    }

    private static void AddOutput(DarknetNetwork network, DarknetSection last)
    {
        var tensor = network.Named(-1, last, "the output");
        if (network.Hierarchy is { } tree && tree.Count == tensor.Elements) tensor = OfLeaves(network, tree, tensor);
        if (tensor is { Height: 1, Width: 1 })
        {
            network.Reshape("output", tensor.Name, 1, tensor.Channels);
            network.Graph.Output("output", TensorProto.Types.DataType.Float, 1, tensor.Channels);
            return;
        }
        network.Graph.Node("Identity", "output", [tensor.Name]);
        network.Graph.Output("output", TensorProto.Types.DataType.Float, 1, tensor.Channels, tensor.Height, tensor.Width);
    }

    /// <summary>As Darknet's classifier has it: the probability of each leaf, and 0 for classes that have others below them.</summary>
    private static DarknetTensor OfLeaves(DarknetNetwork network, ClassTree tree, DarknetTensor tensor)
    {
        network.Graph.Prefix = "leaves/";
        var rows = network.Graph[tensor.Name].Reshape(1, tree.Count);
        var leaves = tree.Absolute(rows) * network.Graph.Floats([.. Enumerable.Range(0, tree.Count).Select(c => tree.ChildGroups[c] < 0 ? 1f : 0f)], 1, tree.Count);
        var name = leaves.Reshape(1, tree.Count, 1, 1).Name;
        network.Graph.Prefix = "";
        return new DarknetTensor(name, tree.Count, 1, 1);
    }

    /// <summary>The facts that the sections of a network state.</summary>
    internal static ImportedModel Describe(OnnxModel model, DarknetNetwork network, DarknetConfig config)
    {
        var detects = network.Heads.Count > 0;
        var input = network.Input;
        var names = Path.ChangeExtension(config.Path, ".names");
        // Darknet's classifier takes the centre.
        (ImportedFit Fit, string? Reason) resize = detects ? DarknetResize.Of(config, network.Heads) : (ImportedFit.CenterCrop, null);
        return new ImportedModel(model)
        {
            Purpose = detects ? ImportedPurpose.Detect : ImportedPurpose.Classify,
            InputSize = (input.Height, input.Width),
            Pixels = new ImportedPixels(Bgr: false, Mean: [0], Deviation: [255]),
            Fit = resize.Fit,
            FitReason = resize.Reason,
            Stride = detects ? Math.Max(1, input.Height / network.LeastRows) : null,
            Outputs = network.Heads,
            ClassNames = File.Exists(names) ? null : network.ClassNames,
            ClassNamesFile = File.Exists(names) ? names : null,
        };
    }
}
