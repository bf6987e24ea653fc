using MlNetVision.Onnx;
using MlNetVision.Onnx.Surgery;
using MlNetVision.Tests.Imaging;
using MlNetVision.Training.Style;

namespace MlNetVision.Training.Tests.Style;

[TestClass]
public sealed class FeatureNetworkTests
{
    [TestMethod]
    [DataRow("block1_conv1", "vgg0_relu0_fwd")]
    [DataRow("block1_conv2", "vgg0_relu1_fwd")]
    [DataRow("block2_conv3", "vgg0_relu4_fwd")]
    [DataRow("vgg0_conv1_fwd", "vgg0_conv1_fwd")]
    public void Create_LayersByPositionOrName_AreTheTensorsBehindTheActivations(string layer, string tensor)
    {
        foreach (var batchNormalization in new[] { false, true })
        {
            var network = Network(TinyVgg.Create(batchNormalization), [layer], 48);

            Assert.AreEqual(tensor, network.Tensors[layer]);
            Assert.AreEqual(tensor, network.Model.Outputs.Single().Name);
            CollectionAssert.AreEqual(new long[] { 1, 3, 48, 48 }, network.Shape);
        }
    }

    [TestMethod]
    public void Create_PositionsOfVgg16_AreTheLayersThatKerasNamesSo()
    {
        var network = OnnxModel.Load(Shared.Path("models", "onnx", "vgg16-notop.onnx"));
        string[] layers = [.. network.Describe().Layers.Select(l => l.Name).Where(n => n.StartsWith("block", StringComparison.Ordinal) && !n.Contains('/') && !n.EndsWith("pool", StringComparison.Ordinal))];
        foreach (var node in network.Graph.Node) node.Name = "";
        foreach (var (layer, i) in layers.Select((l, i) => (l, i))) network.Graph.Rename(layer, $"relu{i}");

        var found = Network(network, layers, 64);

        Assert.HasCount(13, layers);
        for (var i = 0; i < layers.Length; i++) Assert.AreEqual($"relu{i}", found.Tensors[layers[i]]);
    }

    [TestMethod]
    [DataRow("block3_conv1", "block1_conv1, block1_conv2, block2_conv1, block2_conv2, block2_conv3")]
    [DataRow("vgg0_relo4_fwd", "vgg0_relu4_fwd")]
    public void Create_LayerThatIsNotThere_SaysWhichThereAre(string layer, string expected)
    {
        var error = Assert.ThrowsExactly<BadModelException>(() => Network(TinyVgg.Create(), [layer], 48));

        StringAssert.Contains(error.Message, expected);
    }

    [TestMethod]
    public void Create_LayerBoundToTheSize_NamesIt()
    {
        StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => Network(TinyVgg.Create(), ["vgg0_dense0_fwd"], 48)).Message, "flatten");
        Assert.AreEqual("vgg0_dense0_fwd", Network(TinyVgg.Create(), ["vgg0_dense0_fwd"], TinyVgg.Size).Model.Outputs.Single().Name);
    }

    [TestMethod]
    public void Run_NetworkOfTheModelZoo_TakesImagesOfAnySize()
    {
        using var photo = TestImages.Gradient(60, 40);
        using var painting = TestImages.Noise(50, 70);
        var options = new NeuralStyleOptions
        {
            ContentLayers = [new("block2_conv2", 1)], StyleLayers = [new("block1_conv1", 0.5f), new("block2_conv1", 0.5f)], Preprocess = "imagenet", Size = 60, Iterations = 5,
        };

        foreach (var batchNormalization in new[] { false, true })
        {
            using var result = NeuralStyle.Load(TinyVgg.Create(batchNormalization), options).Run(photo, painting);
            Assert.AreEqual((60, 40), (result.Image.Width, result.Image.Height));
        }
    }

    private static StyleFeatureNetwork Network(OnnxModel model, string[] layers, int side) => new(new FeatureModel(model, layers, null), layers, side, side);
}
