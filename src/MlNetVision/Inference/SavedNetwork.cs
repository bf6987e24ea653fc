using System.Text.Json.Serialization.Metadata;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Surgery;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Inference;

/// <summary>
/// The form of a network in an ML.NET chain: its input is bytes (a quarter of the traffic of floats between transforms), it
/// normalises per channel, which <c>ExtractPixels</c> cannot, and all outputs are one flat vector.
/// </summary>
internal static class SavedNetwork
{
    /// <summary>The metadata key of the settings of a chain.</summary>
    public const string SettingsKey = "mlnetvision.pipeline";

    /// <summary>Vector of byte: the column of the network's input, and the name that its input has inside a pipeline.</summary>
    public const string Pixels = "MlNetVision.Pixels";

    /// <summary>
    /// Vector of float: the column of all outputs of the network, one after the other, and the name of that output inside a pipeline.
    /// </summary>
    public const string Outputs = "MlNetVision.Outputs";

    private const string NamePrefix = "MlNetVision.";

    /// <summary>A copy of the network with the input <see cref="Pixels"/> and the additional output <see cref="Outputs"/>.</summary>
    /// <param name="model">The network.</param>
    /// <param name="input">Its input.</param>
    /// <param name="outputs">The outputs to pass on, in order.</param>
    /// <param name="lengths">The number of elements of each.</param>
    /// <param name="settings">The settings of the chain.</param>
    /// <param name="shapes">The dimensions of each, for networks that do not declare them; null: as they follow from the graph.</param>
    /// <exception cref="BadModelException">An output is declared without dimensions, and they are not known.</exception>
    public static OnnxModel Prepare(
        OnnxModel model, NetworkInput input, IReadOnlyList<string> outputs, IReadOnlyList<long> lengths, PipelineSettings settings,
        IReadOnlyList<IReadOnlyList<long>>? shapes = null)
    {
        var prepared = model.Clone();
        var already = prepared.Metadata[SettingsKey] is not null;
        prepared.Metadata[SettingsKey] = settings.ToJson();
        // What the user stated holds from here on, also for 'model info'.
        if (SavedResize(prepared) is { } mode && mode != settings.Resize.Mode)
            prepared.Metadata[VisionMetadata.ResizeKey] = settings.Resize.Mode.ToString().ToLowerInvariant();
        if (already) return prepared;
        InitializerInputs.Remove(prepared);
        HideHalfFloats(prepared);
        var normalization = PixelNormalization.Parse(settings.Preprocess);
        if (input.Channels == 1) AddColorInput(prepared, input, normalization);
        else AddByteInput(prepared, input, normalization);
        AddFlatOutput(prepared, outputs, lengths.Sum());
        StateShapes(prepared, outputs, shapes);
        // ONNX Runtime warns of each initializer that nothing reads, in ML.NET's chains loudly.
        GraphCutter.Prune(prepared.Graph, [.. prepared.Graph.Output.Select(o => o.Name), .. prepared.Graph.Input.Select(i => i.Name)]);
        return prepared;
    }

    /// <summary>The settings in a saved network, else those that the task reads from a plain one.</summary>
    public static TSettings SettingsOf<TSettings>(OnnxModel model, JsonTypeInfo<TSettings> form, Func<TSettings> fromModel)
        where TSettings : PipelineSettings =>
        model.Metadata[SettingsKey] is { } json ? SettingsJson.Read(json, form, model.Name) : fromModel();

    /// <summary>Checks that a saved network has the outputs that its settings name, and as many numbers in all of them.</summary>
    /// <param name="model">The network; one without saved settings passes.</param>
    /// <param name="outputs">The outputs, and the number of elements of each.</param>
    /// <exception cref="BadModelException">The two disagree; the message names the output.</exception>
    public static void RequireOutputs(OnnxModel model, IEnumerable<(string Name, long Length)> outputs)
    {
        if (model.Metadata[SettingsKey] is null) return;
        var sum = 0L;
        foreach (var (name, length) in outputs)
        {
            if (!model.Outputs.Any(o => o.Name == name))
                throw new BadModelException($"{model.Name}: its saved settings name the output '{name}', which the network does not have. "
                    + $"Outputs: {string.Join(", ", model.Outputs.Select(o => o.Name))}.");
            sum += length;
        }
        if (model.Outputs.FirstOrDefault(o => o.Name == Outputs) is { Shape: [{ } all] } && all != sum)
            throw new BadModelException($"{model.Name}: its saved settings state {sum} output numbers, but the network gives {all}.");
    }

    /// <summary>The saved resize with the options applied.</summary>
    public static ResizeOptions ResizeTo(NetworkInput input, ResizeOptions saved, VisionOptions options) => saved with
    {
        Width = input.Width,
        Height = input.Height,
        Mode = options.Resize ?? saved.Mode,
        Resampler = options.Resampler ?? saved.Resampler,
        PadColor = options.PadColor ?? saved.PadColor,
    };

    /// <summary>Checks that the options do not change the input normalisation of a saved network, whose graph contains it.</summary>
    public static void RequirePreprocess(OnnxModel model, string saved, string? asked)
    {
        if (!PixelNormalization.Parse(asked ?? saved).Equals(PixelNormalization.Parse(saved)))
            throw new ArgumentException($"{model.Name} was saved with the input normalisation '{saved}', which cannot be changed to '{asked}'.");
    }

    /// <summary>The resize mode in the model's metadata, or null.</summary>
    public static ResizeMode? SavedResize(OnnxModel model) => model.Metadata[VisionMetadata.ResizeKey] switch
    {
        null => StatedInput.Resize(model),
        var text when Enum.TryParse<ResizeMode>(text, ignoreCase: true, out var mode) && Enum.IsDefined(mode) => mode,
        var text => throw new BadModelException(
            $"{model.Name}: the metadata '{VisionMetadata.ResizeKey}' is '{text}'; expected stretch, letterbox or crop."),
    };

    /// <summary>
    /// ML.NET fails at an output that is declared without dimensions: they are stated. Outputs without dimensions that the chain does not read go.
    /// </summary>
    private static void StateShapes(OnnxModel model, IReadOnlyList<string> outputs, IReadOnlyList<IReadOnlyList<long>>? shapes)
    {
        if (model.Outputs.All(o => o.HasShape)) return;
        var inferred = new GraphWriter(model, NamePrefix, inferShapes: true);
        foreach (var output in model.Outputs.Where(o => !o.HasShape).ToList())
        {
            var declared = model.Graph.Output.First(o => o.Name == output.Name);
            var at = outputs.ToList().IndexOf(output.Name);
            if (at < 0)
            {
                model.Graph.Output.Remove(declared);
                continue;
            }
            var shape = shapes?[at].ToArray() ?? inferred.ShapeOf(output.Name)?.Select(d => d ?? -1).ToArray() ?? throw new BadModelException(
                $"{model.Name}: the output '{output.Name}' is declared without dimensions, which ML.NET needs; declare them when exporting the network.");
            declared.Type = OnnxValue.Info(output.Name, output.Type, shape).Type;
        }
    }

    // ML.NET reads the types of all declared tensors and initializers and refuses float16; it ignores Constant nodes,
    // which ONNX Runtime turns into initializers.
    private static void HideHalfFloats(OnnxModel model)
    {
        var graph = model.Graph;
        graph.ValueInfo.Clear();
        var writer = new GraphWriter(model, NamePrefix, position: 0);
        foreach (var stored in graph.Initializer.Where(t => t.DataType == (int)DataType.Float16).ToList())
        {
            graph.Initializer.Remove(stored);
            writer.NodeWithOutputs("Constant", writer.FreeName("Constant"), [], [stored.Name], ("value", stored));
        }
    }

    private static void AddByteInput(OnnxModel model, NetworkInput input, PixelNormalization normalization)
    {
        var graph = model.Graph;
        if (input.Bytes) graph.Rename(input.Name, Pixels);
        graph.Input.Remove(graph.Input.First(v => v.Name == (input.Bytes ? Pixels : input.Name)));
        graph.Input.Insert(0, OnnxValue.Info(Pixels, DataType.Uint8, input.Shape));
        if (input.Bytes) return;
        long[] perChannel = input.Layout == PixelLayout.Nchw ? [1, 3, 1, 1] : [1, 1, 1, 3];
        var prefix = new GraphWriter(model, NamePrefix, position: 0);
        var centred = prefix[Pixels].Cast(DataType.Float) - prefix.Floats([.. normalization.Mean], perChannel);
        var scale = prefix.Floats([.. normalization.Scale], perChannel);
        prefix.NodeWithOutputs("Mul", prefix.FreeName("Scaled"), [centred, scale], [input.Name]);
    }

    /// <summary>
    /// Coloured bytes in, since chains have no grey images. A convolution makes the luma of
    /// <see cref="TensorPacker.PackGrey(RgbImage, Span{byte})"/> to the bit: all its numbers are whole and below 2²⁴.
    /// </summary>
    private static void AddColorInput(OnnxModel model, NetworkInput input, PixelNormalization normalization)
    {
        model.Graph.Input.Remove(model.Graph.Input.First(v => v.Name == input.Name));
        model.Graph.Input.Insert(0, OnnxValue.Info(Pixels, DataType.Uint8, 1, 3, input.Height, input.Width));
        var prefix = new GraphWriter(model, NamePrefix, position: 0);
        float[] weights = [TensorPacker.LumaRed, TensorPacker.LumaGreen, TensorPacker.LumaBlue];
        if (normalization.Bgr) Array.Reverse(weights);
        var sum = prefix.Node("Conv", [prefix[Pixels].Cast(DataType.Float), prefix.Floats(weights, 1, 3, 1, 1)]);
        var grey = ((sum + prefix.Floats([TensorPacker.LumaOne / 2], 1)) * prefix.Floats([1f / TensorPacker.LumaOne], 1)).Do("Floor");
        if (input.Layout == PixelLayout.Nhwc) grey = grey.Transpose(0, 2, 3, 1);
        if (input.Bytes)
        {
            prefix.NodeWithOutputs("Cast", prefix.FreeName("Bytes"), [grey], [input.Name], ("to", (long)DataType.Uint8));
            return;
        }
        var centred = grey - prefix.Floats([normalization.Mean[0]], 1);
        prefix.NodeWithOutputs("Mul", prefix.FreeName("Scaled"), [centred, prefix.Floats([normalization.Scale[0]], 1)], [input.Name]);
    }

    private static void AddFlatOutput(OnnxModel model, IReadOnlyList<string> outputs, long length)
    {
        var suffix = new GraphWriter(model, NamePrefix);
        var all = suffix.Integers(-1);
        suffix.Node("Concat", Outputs, outputs.Select(name => AsFloat(name).Do("Reshape", all).Name).ToArray(), ("axis", 0L));
        suffix.Output(Outputs, DataType.Float, length);

        // Integer class maps are cast to float, which is exact.
        GraphTensor AsFloat(string name) =>
            model.Outputs.First(o => o.Name == name).Type == DataType.Float ? suffix[name] : suffix[name].Cast(DataType.Float);
    }
}
