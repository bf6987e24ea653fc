using MlNetVision.Classification;
using MlNetVision.Models;
using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Tests.Classification.Heatmaps;

[TestClass]
public sealed class SlidingNetworkTests
{
    public static IEnumerable<object[]> Ends => TinyClassifiers.All.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Ends))]
    public void Of_LargerImage_AnswersAsEachWindowCutOut(string name)
    {
        AssertSlides(TinyClassifiers.All[name](), name == "lenet" ? 4 * TinyClassifiers.Stride : TinyClassifiers.Stride);
    }

    [TestMethod]
    [DataRow("vgg")]
    [DataRow("squeezenet")]
    public void Of_OldOperatorSet_AnswersAsEachWindowCutOut(string name) => AssertSlides(TinyClassifiers.Old(name));

    [TestMethod]
    [DataRow("ours/flowers.onnx", 160, 3)]
    [DataRow("onnx/mobilenetv2-imagenet-224-uint8.onnx", 224, 1001)]
    [DataRow("onnx/squeezenet-fp16.onnx", 224, 1000)]
    public void Of_SharedClassifier_AnswersTheSameAtItsSizeAndMoreOnLargerImages(string file, int size, int classes)
    {
        var model = OnnxModel.Load(Shared.Path(["models", .. file.Split('/')]));
        var sliding = SlidingNetwork.Of(model);
        Assert.AreEqual((size, size, classes), (sliding.WindowWidth, sliding.WindowHeight, sliding.Classes));
        using var before = ImageTensor.Session(model);
        using var after = ImageTensor.Session(sliding.Model);
        var image = ImageTensor.Noise(size, size);
        var (shape, scores) = image.Run(after);
        CollectionAssert.AreEqual(new long[] { 1, classes, 1, 1 }, shape);
        // A step of the 8-bit output is a 256th; half floats are summed otherwise.
        AssertNear(image.Run(before).Values, scores, file.Contains("uint8", StringComparison.Ordinal) ? 1 : 1e-3f);

        var (larger, _) = ImageTensor.Noise(size + 64, size + 96).Run(after);
        Assert.AreEqual((1L + (64 / 32), 1L + (96 / 32)), file.Contains("squeeze", StringComparison.Ordinal) ? (larger[2] - 2, larger[3] - 3) : (larger[2], larger[3]));
    }

    [TestMethod]
    public void Of_Vgg16Keras_HeadBecomesASevenBySevenConvolution()
    {
        var sliding = SlidingNetwork.Of(WithHead(OnnxModel.Load(Shared.Path("models", "onnx", "vgg16-notop.onnx"))));
        var head = sliding.Model.Describe().Layers.Single(l => l.Name == "dense/sliding");
        Assert.AreEqual("Conv", head.Type);
        CollectionAssert.AreEqual(new long[] { 7, 7 }, head.Kernel.ToArray());
        Assert.AreEqual((new SlidingAxis(32, 112), new SlidingAxis(32, 112)), (sliding.X, sliding.Y));
        Assert.AreEqual((25_088 * 3) + 3, head.Parameters);
    }

    [TestMethod]
    public void Of_WithoutPooling_TheMeanOfTheMapIsTheAnswer()
    {
        var model = TinyClassifiers.All["resnet"]().Cut("cooler");
        using var before = ImageTensor.Session(model);
        var sliding = SlidingNetwork.Of(model, SlidingPooling.None);
        Assert.AreEqual(new SlidingAxis(4, 4), sliding.X);
        using var after = ImageTensor.Session(sliding.Model);
        var image = ImageTensor.Noise(TinyClassifiers.Size, TinyClassifiers.Size);
        var (shape, map) = image.Run(after);
        CollectionAssert.AreEqual(new long[] { 1, TinyClassifiers.Classes, 4, 4 }, shape);
        AssertNear(image.Run(before).Values, [.. map.Chunk(16).Select(c => c.Average())], 1e-4f);
    }

    private static void AssertSlides(OnnxModel model, int stride = TinyClassifiers.Stride)
    {
        var sliding = SlidingNetwork.Of(model);
        Assert.AreEqual((TinyClassifiers.Size, TinyClassifiers.Size), (sliding.WindowWidth, sliding.WindowHeight));
        Assert.AreEqual((new SlidingAxis(stride, 10), new SlidingAxis(stride, 10), TinyClassifiers.Classes), (sliding.X, sliding.Y, sliding.Classes));
        using var before = ImageTensor.Session(model);
        using var after = ImageTensor.Session(sliding.Model);
        var image = ImageTensor.Noise(TinyClassifiers.Size + (3 * stride), TinyClassifiers.Size + (2 * stride));
        var (shape, map) = image.Run(after);
        CollectionAssert.AreEqual(new long[] { 1, TinyClassifiers.Classes, 4, 3 }, shape);
        for (var y = 0; y < 4; y++)
        {
            for (var x = 0; x < 3; x++)
            {
                var window = image.Window(y * stride, x * stride, TinyClassifiers.Size, TinyClassifiers.Size);
                AssertNear(window.Run(before).Values, [.. Enumerable.Range(0, TinyClassifiers.Classes).Select(c => map[(((c * 4) + y) * 3) + x])], 1e-5f);
            }
        }
    }

    private static OnnxModel WithHead(OnnxModel trunk)
    {
        var model = trunk.Cut("features");
        var builder = new GraphWriter("head");
        var random = new Random(3);
        var flat = builder.Node("Flatten", "flat", ["features"]);
        builder.Node("Gemm", "dense", [flat, builder.Floats("dense.w", [.. Enumerable.Range(0, 25_088 * 3).Select(_ => random.NextSingle())], 3, 25_088), builder.Floats("dense.b", [1, 2, 3], 3)], ("transB", 1L));
        builder.Output("dense", DataType.Float, -1, 3);
        var head = builder.Build().Graph;
        model.Graph.Node.AddRange(head.Node);
        model.Graph.Initializer.AddRange(head.Initializer);
        model.Graph.Output.Clear();
        model.Graph.Output.AddRange(head.Output);
        model.SetImageSize(224, 224);
        return model;
    }

    private static void AssertNear(float[] expected, float[] found, float tolerance)
    {
        Assert.HasCount(expected.Length, found);
        for (var i = 0; i < expected.Length; i++) Assert.AreEqual(expected[i], found[i], tolerance, $"class {i}");
    }
}
