using MlNetVision.Detection;
using MlNetVision.Onnx.Tests.Import.Darknet;

namespace MlNetVision.Tests.Detection.Darknet;

/// <summary>Heads of YOLO v1 and YOLO9000 against the boxes of the original Darknet.</summary>
[TestClass]
public sealed class OriginalHeadsTests
{
    [TestMethod]
    [DataRow("side=2\nnum=2\nsqrt=1", 2, 3, 2)]
    [DataRow("side=3\nnum=1\nsqrt=0", 1, 1, 3)]
    [DataRow("side=2\nnum=3\nsqrt=1\nsoftmax=1", 3, 4, 2)]
    public void Decode_Detection_AgreesWithDarknet(string options, int boxes, int classes, int side)
    {
        var compared = 0;
        for (var seed = 0; seed < 15; seed++)
        {
            var image = Grid.Random(boxes * 5 + classes, side, side, seed);
            using var network = HeadNetwork.Bare(image, $"[detection]\ncoords=4\nclasses={classes}\n{options}");

            var expected = OriginalDarknet.Detect(network.Cfg, network.Weights, image.Values, classes, .2f)
                .Where(b => b.Width > 0 && b.Height > 0)
                .SelectMany(b => b.Scores.Select((score, c) => (Box: Box(b), Class: c, Score: Math.Min(1, score)))).Where(d => d.Score > 0).ToArray();
            AssertSame(expected, network.Decode(image, new DetectionOptions { Confidence = .2f }));
            compared += expected.Length;
        }
        Assert.IsGreaterThan(3, compared);
    }

    [TestMethod]
    [DataRow(.5f)]
    [DataRow(.1f)]
    // Debian's [region] divides by a temperature of 0 before the softmax of a hierarchy; its own functions say what comes after it.
    public void Decode_RegionOfTree_CallsCellsAsDarknetDoes(float hierarchyThreshold)
    {
        var called = new HashSet<int>();
        using var network = HeadNetwork.Bare(
            new Grid(5 + TestTree.Count, 1, 1), $"[region]\nclasses={TestTree.Count}\nnum=1\nanchors=.7,1.3\nsoftmax=1\ntree=own.tree\nmap=absent.map");
        var tree = Path.Combine(network.Folder, "own.tree");
        File.WriteAllText(tree, TestTree.Text);
        for (var seed = 0; seed < 60; seed++)
        {
            var image = Grid.Random(5 + TestTree.Count, 1, 1, seed).Map(v => v * 1.5);
            image[4, 0, 0] = 2;

            var found = TestTree.DecodeAt(network, image, .3f, hierarchyThreshold).Single();

            var (expected, own) = OriginalDarknet.Call(tree, TestTree.Conditional(image.Values[5..]), hierarchyThreshold);
            Assert.AreEqual(expected, found.ClassIndex, string.Join(", ", own));
            called.Add(expected);
        }
        Assert.IsGreaterThan(4, called.Count, "too few classes to tell");
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("temperature=2.5")]
    public void Run_SoftmaxOfTree_IsDarknetsProbabilityOfEachLeaf(string options)
    {
        var image = Grid.Random(TestTree.Count, 1, 1);
        using var network = HeadNetwork.Bare(image, $"[softmax]\ntree=PLACE\n{options}\n[cost]\ntype=masked");
        var tree = Path.Combine(network.Folder, "own.tree");
        File.WriteAllText(tree, TestTree.Text);
        File.WriteAllText(network.Cfg, File.ReadAllText(network.Cfg).Replace("PLACE", tree, StringComparison.Ordinal));

        // Darknet's classifier multiplies what its last layer gives from the root down, and keeps the leaves.
        var expected = OriginalDarknet.Run(network.Cfg, network.Weights, image.Values);
        for (var c = 0; c < expected.Length; c++) expected[c] *= TestTree.Parents[c] < 0 ? 1 : expected[TestTree.Parents[c]];
        for (var c = 0; c < expected.Length; c++) expected[c] *= TestTree.Parents.Contains(c) ? 0 : 1;

        var model = network.Open();
        Grid.AreClose(expected, NetworkRunner.Run(model, image.Values)["output"].Values);
        Assert.AreEqual(1, expected.Sum(), 1e-5);
        CollectionAssert.AreEqual(TestTree.Names, MlNetVision.Models.VisionMetadata.GetNames(model), "the tree's own names, as there is no file of names");
    }

    private static BoundingBox Box(DarknetBox b) => BoundingBox.FromCenter(b.X, b.Y, b.Width, b.Height);

    private static void AssertSame(
        (BoundingBox Box, int Class, float Score)[] expected, IReadOnlyList<MlNetVision.Detection.Detection> actual)
    {
        Assert.HasCount(expected.Length, actual);
        foreach (var (box, c, score) in expected)
        {
            Assert.IsTrue(
                actual.Any(d => d.ClassIndex == c && Math.Abs(d.Score - score) < 1e-5 && Near(d.Box, box)), $"class {c}, score {score}, {box} is missing");
        }
    }

    private static bool Near(BoundingBox a, BoundingBox b) =>
        Math.Abs(a.Left - b.Left) < 1e-3 && Math.Abs(a.Top - b.Top) < 1e-3 && Math.Abs(a.Right - b.Right) < 1e-3 && Math.Abs(a.Bottom - b.Bottom) < 1e-3;
}
