using MlNetVision.Onnx.Import.Darknet;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx.Tests.Import.Darknet;

[TestClass]
public sealed class ClassTreeTests
{
    [TestMethod]
    [DataRow("a -1\nb -1\nc 0\n", 3, null, null)]
    [DataRow("a\nb\nc 1", 3, null, null)]
    [DataRow("a -1\nb 0\n", 3, "has 2 classes", "expected")]
    [DataRow("a -1\n\nb 0\n", 3, "line 2", "expected a class and the number of its parent")]
    [DataRow("a -1\nb x\nc 0", 3, "line 2", "expected a class and the number of its parent")]
    [DataRow("a 0\nb 0\nc 0", 3, "Class 0 of the hierarchy has the parent 0", "expected -1")]
    [DataRow("a -1\nb 2\nc 0", 3, "Class 1 of the hierarchy has the parent 2", "a class before it")]
    [DataRow("a -1\nb -2\nc 0", 3, "Class 1 of the hierarchy has the parent -2", "a class before it")]
    [DataRow("a -1\nb 0\nc -1", 3, "Class 2 of the hierarchy stands apart", "expected them together")]
    [DataRow("a -1\nb 0\nc 1\nd 0", 4, "Class 3 of the hierarchy stands apart", "expected them together")]
    [DataRow("", 3, "no classes", "expected one or more")]
    public void Import_TreeFile_IsReadOrNamedWithItsLine(string tree, int classes, string? given, string? expected)
    {
        using var files = new DarknetFiles(Grid.Random(classes, 1, 1), "[softmax]\ntree=cfg/own.tree");
        var path = Path.Combine(Path.GetDirectoryName(files.Cfg)!, "own.tree");
        File.WriteAllText(path, tree);
        if (given is null)
        {
            Assert.HasCount(classes, files.Run());
            return;
        }

        var error = Assert.ThrowsExactly<BadModelException>(() => files.Import());
        foreach (var part in (string?[])[files.Cfg, "line 5: [softmax]", path, given, expected]) Assert.Contains(part!, error.Message);
    }

    [TestMethod]
    public void Import_TreeOfManyLevelsOrBytes_IsRefused()
    {
        using var files = new DarknetFiles(Grid.Random(100, 1, 1), "[softmax]\ntree=own.tree");
        var path = Path.Combine(Path.GetDirectoryName(files.Cfg)!, "own.tree");
        File.WriteAllText(path, string.Concat(Enumerable.Range(0, 100).Select(i => $"c{i} {i - 1}\n")));
        Assert.Contains("at most 64 levels", Assert.ThrowsExactly<BadModelException>(() => files.Import()).Message);
        File.WriteAllText(path, new string('a', 5 << 20));
        Assert.Contains("at most 4194304 bytes", Assert.ThrowsExactly<BadModelException>(() => files.Import()).Message);
    }

    [TestMethod]
    public void Import_DebiansTree_GivesAProbabilityToEachLeaf()
    {
        const string file = "/usr/share/darknet/data/9k.tree";
        if (!File.Exists(file)) Absent.End("Debian's darknet");
        var image = Grid.Random(9418, 1, 1);
        using var files = new DarknetFiles(image, $"[activation]\nactivation=linear\n[softmax]\ntree={file}");

        var output = files.Run();

        Assert.AreEqual(1, output.Sum(), 1e-4);
        Assert.IsTrue(output.All(p => p >= 0));
        Assert.IsLessThan(300, files.Import().Graph.Node.Count, "nodes for 1,846 groups");
    }

    [TestMethod]
    public void Top_RandomTrees_IsTheWayDownFromTheRoot()
    {
        var random = new Random(4);
        for (var round = 0; round < 20; round++)
        {
            var parents = RandomTree(random, random.Next(1, 30));
            var tree = new ClassTree(parents);
            var rows = Grid.RandomValues(7 * tree.Count, round);
            var graph = new GraphWriter("tree");
            graph.Input("image", DataType.Float, 7, tree.Count);
            graph.Output("top", tree.Top(tree.Softmax(graph["image"]), .3f), DataType.Float, 7, tree.Count);

            var top = NetworkRunner.Run(graph.Build(), rows)["top"].Values;

            for (var row = 0; row < 7; row++)
            {
                var expected = new float[tree.Count];
                expected[Top(parents, [.. rows.Skip(row * tree.Count).Take(tree.Count).Select(v => (double)v)], .3)] = 1;
                Assert.AreSequenceEqual(expected, top[(row * tree.Count)..((row + 1) * tree.Count)]);
            }
        }
    }

    private static int[] RandomTree(Random random, int count)
    {
        List<int> parents = [.. Enumerable.Repeat(-1, random.Next(1, 4))];
        for (var parent = 0; parents.Count < count && parent < parents.Count; parent++)
            parents.AddRange(Enumerable.Repeat(parent, random.Next(0, 5)));
        return [.. parents];
    }

    private static int Top(int[] parents, double[] raw, double threshold)
    {
        var own = new double[raw.Length];
        for (var c = 0; c < raw.Length; c++)
        {
            var sum = Enumerable.Range(0, raw.Length).Where(s => parents[s] == parents[c]).Sum(s => Math.Exp(raw[s]));
            own[c] = Math.Exp(raw[c]) / sum * (parents[c] < 0 ? 1 : own[parents[c]]);
        }
        var (called, product) = (-1, 1.0);
        while (true)
        {
            var children = Enumerable.Range(0, raw.Length).Where(c => parents[c] == called).ToArray();
            if (children.Length == 0) return called;
            var best = children.MaxBy(c => own[c]);
            product *= own[best];
            if (product <= threshold) return called < 0 ? best : called;
            called = best;
        }
    }
}
