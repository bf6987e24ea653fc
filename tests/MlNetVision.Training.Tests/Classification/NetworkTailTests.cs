using Microsoft.ML.OnnxRuntime;
using MlNetVision.Classification;
using MlNetVision.Onnx;

namespace MlNetVision.Training.Tests.Classification;

[TestClass]
public sealed class NetworkTailTests
{
    [TestMethod]
    public void Find_SecondBlock_TakesItsLayersAndWeights()
    {
        var tail = NetworkTail.Find(TinyBackbone.Build(), "block2");
        Assert.AreEqual("block1_pool", tail.Boundary);
        CollectionAssert.AreEqual(new long[] { 4, 8, 8 }, tail.RowShape.ToArray());
        CollectionAssert.AreEqual(new[] { "block2_conv", "block2_relu", "block2_mean" }, tail.Nodes.Select(n => n.Name).ToArray());
        CollectionAssert.AreEqual(new[] { "k2", "b2" }, tail.Weights.ToArray());
    }

    [TestMethod]
    public void Find_Vgg16_StartsBelowTheBlock()
    {
        using var featurizer = Featurizer.Load(Shared.Path("models", "onnx", "vgg16-notop.onnx"));
        var tail = NetworkTail.Find(featurizer.Model, "block5");
        Assert.AreEqual("block4_pool", tail.Boundary);
        CollectionAssert.AreEqual(new long[] { 512, 14, 14 }, tail.RowShape.ToArray());
        Assert.HasCount(6, tail.Weights);
    }

    [TestMethod]
    public void With_BelowAndTail_AnswerAsTheWholeNetwork()
    {
        using var featurizer = Featurizer.Load(TinyBackbone.Build());
        var tail = NetworkTail.Find(featurizer.Model, "block2");
        var head = HeadGraph.Build(ClassifierHead.Dense, featurizer.FeatureCount, 3, scale: 2, seed: 5);
        var network = tail.With(featurizer.Model, head, HeadGraph.Parameters(ClassifierHead.Dense), 3);
        var whole = featurizer.Model.Clone();
        GraphJoin.Append(whole, head);

        var image = Enumerable.Range(0, 768).Select(i => MathF.Sin(i)).ToArray();
        var below = Run(featurizer.Model.Cut(tail.Boundary), image, [1, 3, 16, 16]);
        CollectionAssert.AreEqual(Run(whole, image, [1, 3, 16, 16]), Run(network.Model, below, [1, .. tail.RowShape]));
        CollectionAssert.IsSubsetOf(network.Parameters.ToArray(), network.Model.Graph.Initializer.Select(t => t.Name).ToArray());
    }

    [TestMethod]
    [DataRow(FeaturePooling.Flatten)]
    [DataRow(FeaturePooling.GlobalAverage)]
    public void With_Vgg16_HasGradients(FeaturePooling pooling)
    {
        using var featurizer = Featurizer.Load(Shared.Path("models", "onnx", "vgg16-notop.onnx"), new FeaturizerOptions { Pooling = pooling });
        var head = HeadGraph.Build(ClassifierHead.Softmax, featurizer.FeatureCount, 3, scale: 2, seed: 5);
        var network = NetworkTail.Find(featurizer.Model, "block5").With(featurizer.Model, head, HeadGraph.Parameters(ClassifierHead.Softmax), 3);
        using var step = new TrainingStep(network, new ClassifierTrainingOptions(), 1);
        step.Batch(1).Span.Fill(1);
        Assert.IsTrue(float.IsFinite(step.Run(1, 0)));
    }

    [TestMethod]
    public void Find_NoSuchLayer_ListsNearNames()
    {
        var error = Assert.ThrowsExactly<BadModelException>(() => NetworkTail.Find(TinyBackbone.Build(), "blok2"));
        StringAssert.Contains(error.Message, "block2");
    }

    private static float[] Run(OnnxModel model, float[] input, long[] shape)
    {
        using var session = new InferenceSession(model.ToBytes());
        using var value = OrtValue.CreateTensorValueFromMemory(input, shape);
        using var run = new RunOptions();
        using var answer = session.Run(run, [model.Inputs[0].Name], [value], [model.Outputs[0].Name]);
        return answer[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
