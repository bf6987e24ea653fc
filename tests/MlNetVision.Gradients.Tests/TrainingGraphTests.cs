using MlNetVision.Gradients.Losses;
using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Tests;

[TestClass]
public sealed class TrainingGraphTests
{
    private static OnnxModel Build(Action<GraphWriter> nodes)
    {
        var g = new GraphWriter("graph");
        nodes(g);
        g.Output("loss", DataType.Float);
        return g.Build("small.onnx");
    }

    private static (GradientSession Session, float Loss) Run(OnnxModel model, string[] parameters, float[] x, TrainingGraphOptions? options = null)
    {
        var session = new GradientSession(TrainingGraph.Differentiate(model, "loss", parameters, options), new() { Threads = 1 });
        return (session, session.Step(new Dictionary<string, TrainingFeed> { ["x"] = TrainingFeed.Of<float>(x, x.Length) }));
    }

    /// <summary>L = Σ (w·x + w²·x²) with w used three times: dL/dw = Σ x + 2w·Σ x²; dL/dx = w + 2w²·x.</summary>
    [TestMethod]
    public void Differentiate_FanOut_SumsGradients()
    {
        var model = Build(g =>
        {
            g.Input("x", DataType.Float, -1);
            g.Node("Mul", "a", ["x", g.Floats("w", [3], 1)]);
            g.Node("Mul", "b", ["x", "w"]);
            g.Node("Mul", "square", ["b", "b"]);
            g.Node("Add", "sum", ["a", "square"]);
            g.Node("ReduceSum", "loss", ["sum"], ("keepdims", 0));
        });
        var (session, loss) = Run(model, ["w"], [1, 2, -1], new() { WithRespectTo = ["x"] });
        using (session)
        {
            Assert.AreEqual(6 + 54, loss);
            Assert.AreEqual(2 + 36, session.Parameters[0].Gradient[0]);
            CollectionAssert.AreEqual((float[])[3 + 18, 3 + 36, 3 - 18], session.InputGradients["x"].Values);
        }
    }

    /// <summary>L = 2·Σ w·x + 0.5·Σ w²: dL/dw = 2·Σ x + w.</summary>
    [TestMethod]
    public void Differentiate_SeveralLosses_SumsThem()
    {
        var g = new GraphWriter("graph");
        g.Input("x", DataType.Float, -1);
        g.Node("ReduceSum", "first", [g.Node("Mul", "y", ["x", g.Floats("w", [3], 1)])], ("keepdims", 0));
        g.Node("ReduceSum", "second", [g.Node("Mul", "decay", ["w", "w"])], ("keepdims", 0));
        foreach (var o in (string[])["y", "first", "second"]) g.Output(o, DataType.Float);
        var model = LossGraph.AddSum(g.Build(), [("first", 2), ("second", 0.5f)], "loss");
        model.Graph.Output[0].Type.TensorType.Shape = null;
        var (session, loss) = Run(model, ["w"], [1, 2, 4]);
        using (session)
        {
            Assert.AreEqual(42 + 4.5f, loss);
            Assert.AreEqual(17, session.Parameters[0].Gradient[0]);
            CollectionAssert.AreEqual((string[])["y"], session.Export().Outputs.Select(o => o.Name).ToArray());
        }
    }

    /// <summary>Two parameters share a gradient, which is one of the loss itself.</summary>
    [TestMethod]
    public void Differentiate_SharedGradient_IsGivenToEach()
    {
        var model = Build(g =>
        {
            g.Input("x", DataType.Float, -1);
            g.Node("Add", "parameters", [g.Floats("u", [1, 2], 2), g.Floats("v", [5, 6], 2)]);
            g.Node("ReduceSum", "loss", [g.Node("Mul", "y", ["parameters", "x"])], ("keepdims", 0));
        });
        var (session, _) = Run(model, ["u", "v"], [3, 4]);
        using (session)
            foreach (var p in session.Parameters) CollectionAssert.AreEqual((float[])[3, 4], p.Gradient);
    }

    [TestMethod]
    public void Differentiate_FrozenLayersBelow_GetNoGradients()
    {
        var model = Build(g =>
        {
            g.Input("x", DataType.Float, -1);
            g.Node("Hardmax", "unknown", [g.Node("Mul", "frozen", ["x", g.Floats("w", [3], 1)])], ("axis", 0));
            g.Node("ReduceSum", "loss", [g.Node("Mul", "y", ["unknown", g.Floats("v", [2], 1)])], ("keepdims", 0));
        });
        var graph = TrainingGraph.Differentiate(model, "loss", ["v"]);
        Assert.AreEqual("v", graph.Gradients.Single().Tensor);
        Assert.AreEqual(1, graph.Model.Graph.Node.Count(n => n.Input.Contains("x")));
        var error = Assert.ThrowsExactly<BadModelException>(() => TrainingGraph.Differentiate(model, "loss", ["w"]));
        Assert.StartsWith("small.onnx: node 'unknown' (Hardmax) has no gradient here", error.Message);
    }

    /// <summary>The body of If reads w from around it; without a gradient for If that must not go unnoticed.</summary>
    [TestMethod]
    public void Differentiate_ParameterInsideABody_IsNotPassedOver()
    {
        var model = Build(g =>
        {
            g.Input("x", DataType.Float, -1);
            var body = new GraphWriter("body");
            body.Node("Identity", "inner", ["w"]);
            body.Output("inner", DataType.Float, 1);
            g.Node("If", "chosen", [g.Node("Cast", "yes", [g.Integers("one", [1])], ("to", (int)DataType.Bool))]);
            g.Node("ReduceSum", "loss", [g.Node("Mul", "y", ["chosen", g.Node("Mul", "z", ["x", g.Floats("w", [3], 1)])])], ("keepdims", 0));
            foreach (var branch in (string[])["then_branch", "else_branch"])
                g.Build().Graph.Node.Single(n => n.OpType == "If").Attribute.Add(new Onnx.Proto.AttributeProto { Name = branch, G = body.Build().Graph, Type = Onnx.Proto.AttributeProto.Types.AttributeType.Graph });
        });
        model.Graph.ValueInfo.Add(OnnxValue.Info("chosen", DataType.Float, [1]));
        Assert.Contains("node 'chosen' (If) has no gradient here", Assert.ThrowsExactly<BadModelException>(() => TrainingGraph.Differentiate(model, "loss", ["w"])).Message);
    }

    /// <summary>Half precision is named rather than trained badly.</summary>
    [TestMethod]
    public void Differentiate_HalfPrecision_IsNamed()
    {
        var model = Build(g =>
        {
            g.Input("x", DataType.Float, -1);
            g.Node("Cast", "half", [g.Node("Mul", "y", ["x", g.Floats("w", [3], 1)])], ("to", (int)DataType.Float16));
            g.Node("Relu", "r", ["half"]);
            g.Node("ReduceSum", "loss", [g.Node("Cast", "full", ["r"], ("to", (int)DataType.Float))], ("keepdims", 0));
        });
        Assert.Contains("node 'r' (Relu) produces float16", Assert.ThrowsExactly<BadModelException>(() => TrainingGraph.Differentiate(model, "loss", ["w"])).Message);
    }

    /// <summary>Shapes that are worked out of a tensor pass no gradient: Reshape to (Shape(x)[0], 1).</summary>
    [TestMethod]
    public void Differentiate_ShapeArithmetic_IsPassedBy()
    {
        var model = Build(g =>
        {
            g.Input("x", DataType.Float, -1);
            g.Node("Mul", "a", ["x", g.Floats("w", [3], 1)]);
            g.Node("Concat", "shape", [g.Node("Shape", "s", ["a"]), g.Integers("one", [1], 1)], ("axis", 0));
            g.Node("Reshape", "column", ["a", "shape"]);
            g.Node("Div", "mean", [g.Node("ReduceSum", "total", ["column"], ("keepdims", 0)), g.Node("Cast", "count", [g.Node("Size", "n", ["a"])], ("to", 1))]);
            g.Node("Identity", "loss", ["mean"]);
        });
        var (session, loss) = Run(model, ["w"], [1, 2, 3]);
        using (session)
        {
            Assert.AreEqual(6, loss);
            Assert.AreEqual(2, session.Parameters[0].Gradient[0]);
        }
    }

    [TestMethod]
    public void Differentiate_BadNames_AreNamed()
    {
        var model = Build(g =>
        {
            g.Input("x", DataType.Float, -1);
            g.Node("ReduceSum", "loss", [g.Node("Mul", "y", ["x", g.Floats("w", [3], 1)])], ("keepdims", 0));
            g.Floats("idle", [1], 1);
            g.Integers("whole", [1], 1);
        });
        string Message(string loss, params string[] parameters) => Assert.ThrowsExactly<ArgumentException>(() => TrainingGraph.Differentiate(model, loss, parameters)).Message;
        Assert.Contains("no node makes a loss 'los'", Message("los", "w"));
        Assert.Contains("'v' is not an initializer", Message("loss", "v"));
        Assert.Contains("'whole' is int64", Message("loss", "whole"));
        Assert.Contains("does not depend on 'idle'", Message("loss", "idle"));
        Assert.Contains("'w' is named twice", Message("loss", "w", "w"));
        Assert.Contains("there are none", Message("loss"));
        Assert.Contains("expected a float of one element", Assert.ThrowsExactly<BadModelException>(() => TrainingGraph.Differentiate(model, "y", ["w"])).Message);
    }
}
