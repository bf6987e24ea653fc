using Microsoft.ML.OnnxRuntime;
using MlNetVision.Gradients.Losses;
using MlNetVision.Gradients.Optimizers;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Import.Darknet;

namespace MlNetVision.Gradients.Tests;

/// <summary>Darknet's networks in the form for training: every layer hands gradients on, and what was trained runs after it was written and read.</summary>
[TestClass]
public sealed class DarknetNetworkTests
{
    private const string Normalised = "[convolutional]\nbatch_normalize=1\nfilters=4\nsize=3\npad=1\nactivation=leaky\n";

    [TestMethod]
    [DataRow("small", 64)]
    [DataRow("base", 64)]
    public void Step_BuiltInNetwork_TrainsAllAndIsWritten(string name, int size) =>
        Train(DarknetTrainingNetwork.Parse(DarknetNetworks.Get(name), name, new() { Height = size, Width = size }));

    [TestMethod]
    [DataRow("yolo-lite-voc", 64)]
    [DataRow("yolo-fastest-1.1-xl", 64)]
    public void Step_SharedNetwork_TrainsAllAndIsWritten(string name, int size) => Train(DarknetTrainingNetwork.Load(
        Shared.Path("models", "darknet", $"{name}.cfg"),
        new() { Height = size, Width = size, WeightsFile = Shared.Path("models", "darknet", $"{name}.weights") }));

    [TestMethod]
    [DataRow("[convolutional]\nbatch_normalize=1\nfilters=4\ngroups=4\nsize=3\npad=1\nstride=2\nactivation=mish")]
    [DataRow("[maxpool]\nsize=2\nstride=1")]
    [DataRow("[maxpool]\nsize=5\nstride=1\n[route]\nlayers=-1,-2")]
    [DataRow("[local_avgpool]\nsize=3\nstride=1")]
    [DataRow("[avgpool]\n[convolutional]\nfilters=4\nactivation=logistic\n[scale_channels]\nfrom=0\nactivation=linear")]
    [DataRow("[convolutional]\nfilters=4\nactivation=logistic\n[sam]\nfrom=0")]
    [DataRow("[route]\nlayers=0\ngroups=2\ngroup_id=1")]
    [DataRow("[reorg]\nstride=2")]
    [DataRow("[reorg3d]\nstride=2")]
    [DataRow("[maxpool]\nsize=2\nstride=2\n[shortcut]\nfrom=0\nactivation=swish")]
    [DataRow("[maxpool]\nsize=2\nstride=2\n[route]\nlayers=0\n[shortcut]\nfrom=1\nactivation=linear")]
    [DataRow("[activation]\nactivation=tanh\n[shortcut]\nfrom=-2\nalpha=.5\nbeta=2\nactivation=hard_mish")]
    [DataRow("[upsample]\nstride=2\nscale=.5")]
    [DataRow("[dropout]\nprobability=.3")]
    [DataRow("[softmax]\ngroups=4")]
    [DataRow("[batchnorm]")]
    [DataRow("[activation]\nactivation=relu6\n[batchnorm]")]
    [DataRow("[connected]\noutput=5\nbatch_normalize=1\nactivation=leaky")]
    [DataRow("[activation]\nactivation=loggy")]
    [DataRow("[activation]\nactivation=relu")]
    [DataRow("[activation]\nactivation=elu")]
    [DataRow("[activation]\nactivation=selu")]
    [DataRow("[activation]\nactivation=relie")]
    [DataRow("[activation]\nactivation=ramp")]
    [DataRow("[activation]\nactivation=plse")]
    [DataRow("[activation]\nactivation=hardtan")]
    [DataRow("[activation]\nactivation=lhtan")]
    [DataRow("[activation]\nactivation=gelu")]
    public void Step_EachLayer_TrainsAllAndIsWritten(string layers) => Train(DarknetTrainingNetwork.Parse(
        $"[net]\nchannels=3\nheight=8\nwidth=8\n{Normalised}{layers}\n[convolutional]\nfilters=6\nactivation=linear\n[yolo]\nclasses=1\nnum=1\nanchors=1,2\n", "net"));

    /// <summary>Two steps on two images; every parameter has a gradient, and the written network gives what the trained one gives.</summary>
    private static void Train(DarknetTrainingNetwork network)
    {
        var model = network.Model.Clone();
        foreach (var head in network.Heads)
            LossGraph.AddMeanSquaredError(model, head.Output, new() { Output = $"{head.Output}_loss", Target = $"{head.Output}_target" });
        var loss = network.Heads.Count == 1 ? "grid_0_loss" : "total";
        if (network.Heads.Count > 1) LossGraph.AddSum(model, [.. network.Heads.Select(h => ($"{h.Output}_loss", 1f))]);
        using var session = new GradientSession(TrainingGraph.Differentiate(model, loss, network.Parameters));
        var (random, optimizer) = (new Random(1), new SgdOptimizer());
        float[] Values(long count) => [.. Enumerable.Range(0, (int)count).Select(_ => random.NextSingle())];
        var shape = network.Model.Inputs[0].Shape.Select(d => d ?? 2).ToArray();
        var image = Values(shape.Aggregate(1L, (a, b) => a * b));

        for (var step = 0; step < 2; step++)
        {
            var feeds = new Dictionary<string, TrainingFeed> { ["image"] = TrainingFeed.Of<float>(image, shape) };
            foreach (var output in network.Model.Outputs)
            {
                var dims = output.Shape.Select(d => d ?? 2).ToArray();
                feeds[$"{output.Name}_target"] = TrainingFeed.Of<float>(Values(dims.Aggregate(1L, (a, b) => a * b)), dims);
            }
            Assert.IsTrue(float.IsFinite(session.Step(feeds)));
            foreach (var p in session.Parameters) Assert.IsTrue(p.Gradient.Any(g => g != 0) && p.Gradient.All(float.IsFinite), p.Name);
            optimizer.Step(session.Parameters, 1e-3f);
        }

        var folder = Directory.CreateTempSubdirectory("darknet-trained-").FullName;
        var (cfg, trained) = (Path.Combine(folder, "net.cfg"), session.Export(foldBatchNormalization: false));
        File.WriteAllText(cfg, network.Text);
        network.WriteWeights(trained, Path.ChangeExtension(cfg, ".weights"), seen: 4);
        var imported = new DarknetImporter().Import(cfg).Model;
        Directory.Delete(folder, recursive: true);
        var (expected, actual) = (Run(trained, image[..(image.Length / 2)], shape), Run(imported, image[..(image.Length / 2)], shape));
        foreach (var (e, a) in expected.Zip(actual))
        {
            var range = e.Max() - e.Min();
            Assert.IsTrue(e.Zip(a, (x, y) => Math.Abs(x - y)).Max() <= 1e-4 * Math.Max(range, 1), $"off by {e.Zip(a, (x, y) => Math.Abs(x - y)).Max()} of {range}");
        }
    }

    private static float[][] Run(OnnxModel model, float[] image, long[] shape)
    {
        using var session = new InferenceSession(model.ToBytes());
        using var input = OrtValue.CreateTensorValueFromMemory(image, [1, .. shape[1..]]);
        using var options = new RunOptions();
        using var results = session.Run(options, ["image"], [input], session.OutputNames);
        return [.. results.Select(r => r.GetTensorDataAsSpan<float>().ToArray())];
    }
}
