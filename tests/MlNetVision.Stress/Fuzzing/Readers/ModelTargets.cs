using System.Globalization;
using System.Text.RegularExpressions;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Import;
using MlNetVision.Onnx.Import.Darknet;
using MlNetVision.Onnx.Import.Torch7;
using MlNetVision.Onnx.Tests.Import.Torch7;
using MlNetVision.Onnx.Upgrading;
using MlNetVision.Segmentation;

namespace MlNetVision.Stress.Fuzzing.Readers;

/// <summary>The readers of networks as data, and of the small files beside them.</summary>
internal static partial class ModelTargets
{
    private static readonly Type[] BadModel = [typeof(BadModelException)];

    public static IEnumerable<FuzzTarget> All =>
    [
        new("onnx", "ONNX networks: check, shapes, layer table, upgrade, cut", "onnx", Networks, _ => Describe) { Refusals = BadModel, Damage = OnnxDamage.Apply },
        new("onnx-external", "ONNX networks whose values are in a file beside them", "bin", External, ReadExternal) { Refusals = BadModel, Damage = ExternalDamage.Apply },
        new("darknet-cfg", "Darknet configurations", "cfg", () => Corpus.Of("darknet-cfg"), DarknetCfg) { Refusals = BadModel, Damage = TextDamage.Apply },
        new("darknet-weights", "Darknet weights", "weights", () => [Cli.Tests.TinyDetector.Weights()], DarknetWeights) { Refusals = BadModel },
        new("torch7", "Torch7 networks", "t7", Torches, _ => bytes => Torch7Importer.Read(bytes, "net.t7")) { Refusals = BadModel, Damage = Torch },
        new("names", "class names", "names", () => Corpus.Of("names"), s => bytes => NotEmpty(LabelFile.Read(s.Write("a.names", bytes)))) { Refusals = BadModel, Damage = TextDamage.Apply },
        new("palette", "palettes of colours", "txt", () => Corpus.Of("palette"), s => bytes => ColorPalette.Load(s.Write("palette.txt", bytes))) { Refusals = [typeof(BadDataSetException)], Damage = TextDamage.Apply },
        new("catalogue", "catalogues of models", "json", () => Corpus.Of("catalogue"), _ => bytes => ModelCatalogue.Parse(System.Text.Encoding.UTF8.GetString(bytes))) { Refusals = BadModel, Damage = TextDamage.Apply },
    ];

    private static void NotEmpty(IReadOnlyList<string> names)
    {
        if (names.Count == 0 || names.Any(string.IsNullOrWhiteSpace)) throw new WrongResultException("a class without a name");
    }

    private static void Describe(byte[] bytes)
    {
        var model = OnnxModel.Parse(bytes, "net.onnx");
        model.Check();
        var summary = model.Describe();
        summary.ToTable();
        summary.ToJson();
        VisionMetadata.GetNames(model);
        VisionMetadata.GetImageSize(model);
        OperatorSetUpgrade.Raise(model.Clone());
        if (model.Graph.Node[^1].Output.FirstOrDefault(o => o.Length > 0) is { } last) model.Cut(last);
    }

    private static IReadOnlyList<byte[]> Networks() => [TinyModels.Detector(), TinyModels.Segmenter(), TinyModels.Classifier(), TinyModels.Stylizer(), .. Bundled("flowers", "streets")];

    private static IReadOnlyList<byte[]> External() => [ExternalDamage.Divide(TinyModels.Classifier()), ExternalDamage.Divide(TinyModels.Stylizer())];

    private static Action<byte[]> ReadExternal(Sandbox sandbox)
    {
        var outside = File.ReadAllBytes(sandbox.Write("outside.bin", Enumerable.Repeat((byte)0xA5, 4096).ToArray()));
        return bytes =>
        {
            var (network, values) = ExternalDamage.Parts(bytes);
            sandbox.Write($"folder/{ExternalDamage.File}", values);
            var model = OnnxModel.Load(sandbox.Write("folder/net.onnx", network));
            if (model.Graph.Initializer.Any(t => t.RawData.Length > 8 && outside.AsSpan().StartsWith(t.RawData.Span))) throw new WrongResultException("a file outside the folder was read");
            model.Check();
        };
    }

    /// <summary>The bundled networks without their weights, so that damage finds the nodes.</summary>
    private static IEnumerable<byte[]> Bundled(params string[] names) => names.Select(name =>
    {
        var model = ModelLocator.Open(name);
        foreach (var tensor in model.Graph.Initializer.Where(t => t.RawData.Length > 256))
        {
            tensor.RawData = Google.Protobuf.ByteString.CopyFrom(new byte[4]);
            tensor.Dims.Clear();
            tensor.Dims.Add(1);
        }
        return model.ToBytes();
    });

    /// <summary>The weights must have exactly the length that the configuration asks for: the refusal of longer ones says which, and the second try has it.</summary>
    private static Action<byte[]> DarknetCfg(Sandbox sandbox)
    {
        const int Most = 1 << 20;
        var many = new ImportOptions { WeightsFile = sandbox.Write("many.weights", Weights(Most)) };
        return bytes =>
        {
            var cfg = sandbox.Write("net.cfg", bytes);
            try
            {
                new DarknetImporter().Import(cfg, many).Model.Check();
            }
            catch (BadModelException e) when (TooLong().Match(e.Message) is { Success: true } match)
            {
                sandbox.Write("net.weights", Weights(int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)));
                new DarknetImporter().Import(cfg).Model.Check();
            }
        };
    }

    /// <summary>The header of version 0.2, and zeros.</summary>
    private static byte[] Weights(int length)
    {
        var weights = new byte[length];
        weights[4] = 2;
        return weights;
    }

    [GeneratedRegex(@"too long for .*: expected (\d+) bytes")]
    private static partial Regex TooLong();

    private static Action<byte[]> DarknetWeights(Sandbox sandbox)
    {
        var cfg = sandbox.Write("net.cfg", System.Text.Encoding.UTF8.GetBytes(Cli.Tests.TinyDetector.Configuration));
        return bytes =>
        {
            sandbox.Write("net.weights", bytes);
            new DarknetImporter().Import(cfg).Model.Check();
        };
    }

    private static IReadOnlyList<byte[]> Torches() =>
        [Torch7Writer.Bytes(TorchModules.Checkpoint()), Torch7Writer.Bytes(TorchModules.EveryModule()), Torch7Writer.Bytes(TorchModules.EveryElement())];

    private static byte[] Torch(IReadOnlyList<byte[]> seeds, Random random)
    {
        switch (random.Next(3))
        {
            case 0: return ByteDamage.Apply(seeds, random);
            case 1: return TorchDamage.ToBytes(seeds[random.Next(seeds.Count)], random);
            default:
                object value = random.Next(3) switch { 0 => TorchModules.Checkpoint(), 1 => TorchModules.EveryModule(), _ => TorchModules.EveryElement() };
                TorchDamage.ToValues(value, random);
                return Torch7Writer.Bytes(value);
        }
    }
}
