using static MlNetVision.Onnx.Tests.Import.Torch7.TorchModules;

namespace MlNetVision.Onnx.Tests.Import.Torch7;

/// <summary>Every module, run by ONNX Runtime, against its definition in Torch written out in loops.</summary>
[TestClass]
public sealed class Torch7ModulesTests
{
    [TestMethod]
    [DataRow("SpatialConvolution", 1, 0, true)]
    [DataRow("SpatialConvolution", 2, 2, false)]
    [DataRow("SpatialConvolutionMM", 2, 1, true)]
    public void Convolution_AnyStrideAndPadding_AsDefined(string type, int stride, int pad, bool hasBias)
    {
        var input = Planes.Random(2, 9, 11);
        Planes[] weights = [.. Enumerable.Range(0, 3).Select(o => Planes.Random(2, 3, 4, seed: 10 + o))];
        float[]? bias = hasBias ? [0.5f, -1, 2] : null;
        var expected = Planes.Of(3, (9 + 2 * pad - 3) / stride + 1, (11 + 2 * pad - 4) / stride + 1, (o, y, x) =>
        {
            double sum = bias?[o] ?? 0;
            for (var c = 0; c < 2; c++)
                for (var i = 0; i < 3; i++)
                    for (var j = 0; j < 4; j++) sum += weights[o][c, i, j] * input.Within(c, y * stride - pad + i, x * stride - pad + j);
            return sum;
        });
        expected.AssertNear(input.Through(Convolution(weights, bias, stride, pad, type)));
    }

    [TestMethod]
    [DataRow(2, 1, 1)]
    [DataRow(1, 0, 0)]
    [DataRow(3, 1, 0)]
    public void FullConvolution_AnyStride_ScattersWhatAConvolutionGathers(int stride, int pad, int more)
    {
        var input = Planes.Random(2, 5, 4);
        // in × out × kH × kW
        Planes[] weights = [.. Enumerable.Range(0, 2).Select(i => Planes.Random(3, 3, 3, seed: 20 + i))];
        var output = Planes.Of(3, (5 - 1) * stride - 2 * pad + 3 + more, (4 - 1) * stride - 2 * pad + 3 + more, (o, _, _) => o);
        for (var c = 0; c < 2; c++)
            for (var o = 0; o < 3; o++)
                for (var p = 0; p < 5 * 4 * 9; p++)
                {
                    var (y, x, i, j) = (p / 36, p / 9 % 4, p / 3 % 3, p % 3);
                    var (toY, toX) = (y * stride - pad + i, x * stride - pad + j);
                    if (toY >= 0 && toY < output.Height && toX >= 0 && toX < output.Width)
                        output.Values[(o * output.Height + toY) * output.Width + toX] += input[c, y, x] * weights[c][o, i, j];
                }
        var module = TorchObject.Module("SpatialFullConvolution", ("nInputPlane", 2), ("nOutputPlane", 3), ("kW", 3), ("kH", 3), ("dW", stride), ("dH", stride),
            ("padW", pad), ("padH", pad), ("adjW", more), ("adjH", more),
            ("weight", TorchTensor.Of([.. weights.SelectMany(w => w.Values)], 2, 3, 3, 3)), ("bias", TorchTensor.Of([0, 1, 2], 3)));
        output.AssertNear(input.Through(module));
    }

    [TestMethod]
    [DataRow("running_var", true)]
    [DataRow("running_std", true)]
    [DataRow("running_var", false)]
    public void BatchNormalization_VarianceOrItsForerunner_AsDefined(string field, bool isAffine)
    {
        const double Epsilon = 0.01;
        var input = Planes.Random(2, 3, 4);
        double[] variance = [2, 0.5], mean = [0.25, -1], weight = isAffine ? [1.5, -2] : [1, 1], bias = isAffine ? [3, 4] : [0, 0];
        // Old files hold 1 / √(variance + ε).
        float[] stored = [.. variance.Select(v => (float)(field == "running_var" ? v : 1 / Math.Sqrt(v + Epsilon)))];
        TorchTensor? Affine(double[] values) => isAffine ? TorchTensor.Of([.. values.Select(v => (float)v)], 2) : null;
        var module = TorchObject.Module("SpatialBatchNormalization", [("eps", Epsilon), ("running_mean", TorchTensor.Of([0.25f, -1], 2)), (field, TorchTensor.Of(stored, 2)),
            .. isAffine ? new (object, object?)[] { ("weight", Affine(weight)), ("bias", Affine(bias)) } : []]);
        var expected = Planes.Of(2, 3, 4, (c, y, x) => (input[c, y, x] - mean[c]) / Math.Sqrt(variance[c] + Epsilon) * weight[c] + bias[c]);
        expected.AssertNear(input.Through(module));
    }

    [TestMethod]
    public void InstanceNormalization_OfEachPlane_AsDefined()
    {
        var input = Planes.Random(2, 5, 6);
        var module = TorchObject.Module("InstanceNormalization", ("nOutput", 2), ("eps", 0.1), ("weight", TorchTensor.Of([2, 3], 2)), ("bias", TorchTensor.Of([-1, 1], 2)));
        var planes = Enumerable.Range(0, 2).Select(c => input.Values.Skip(c * 30).Take(30).Select(v => (double)v).ToArray()).ToArray();
        double Variance(int c) => planes[c].Average(v => Math.Pow(v - planes[c].Average(), 2));
        var expected = Planes.Of(2, 5, 6, (c, y, x) => (input[c, y, x] - planes[c].Average()) / Math.Sqrt(Variance(c) + 0.1) * (2 + c) + (2 * c - 1));
        expected.AssertNear(input.Through(module));
    }

    [TestMethod]
    [DataRow("SpatialReflectionPadding", 2, 1, 3, 0)]
    [DataRow("SpatialReplicationPadding", 2, 1, 3, 0)]
    [DataRow("SpatialZeroPadding", 2, 1, 3, 0)]
    [DataRow("SpatialZeroPadding", -1, 0, 2, -2)]
    public void Padding_AnySides_AsDefined(string type, int left, int right, int top, int bottom)
    {
        var input = Planes.Random(2, 5, 6);
        int Inside(int i, int length) => type.Contains("Refl", StringComparison.Ordinal) ? (i < 0 ? -i : i >= length ? 2 * (length - 1) - i : i) : Math.Clamp(i, 0, length - 1);
        var expected = Planes.Of(2, 5 + top + bottom, 6 + left + right, (c, y, x) => type == "SpatialZeroPadding"
            ? input.Within(c, y - top, x - left)
            : input[c, Inside(y - top, 5), Inside(x - left, 6)]);
        expected.AssertNear(Through(input, TorchObject.Module(type, ("pad_l", left), ("pad_r", right), ("pad_t", top), ("pad_b", bottom))));
    }

    [TestMethod]
    public void Shave_TwoPixels_TheInnerPart()
    {
        var input = Planes.Random(2, 7, 6);
        Planes.Of(2, 3, 2, (c, y, x) => input[c, y + 2, x + 2]).AssertNear(Through(input, TorchObject.Module("ShaveImage", ("size", 2))));
    }

    [TestMethod]
    public void UpSampling_ByThree_EveryPixelNineTimes()
    {
        var input = Planes.Random(2, 3, 4);
        Planes.Of(2, 9, 12, (c, y, x) => input[c, y / 3, x / 3]).AssertNear(Through(input, TorchObject.Module("SpatialUpSamplingNearest", ("scale_factor", 3))));
    }

    [TestMethod]
    public void Elementwise_EachModule_AsDefined()
    {
        var input = Planes.Random(2, 3, 4);
        void Check(TorchObject module, Func<float, double> expected) => input.Map(expected).AssertNear(Through(input, module));
        Check(TorchObject.Module("ReLU", ("threshold", 0), ("val", 0)), v => Math.Max(0, v));
        Check(new TorchObject("cudnn.ReLU", new LuaTable()), v => Math.Max(0, v));
        Check(TorchObject.Module("LeakyReLU", ("negval", 0.2)), v => v > 0 ? v : 0.2 * v);
        Check(TorchObject.Module("Tanh"), v => Math.Tanh(v));
        Check(TorchObject.Module("Sigmoid"), v => 1 / (1 + Math.Exp(-v)));
        Check(TorchObject.Module("MulConstant", ("constant_scalar", 150)), v => 150 * v);
        Check(TorchObject.Module("AddConstant", ("constant_scalar", -3)), v => v - 3);
        Check(TorchObject.Module("Identity"), v => v);
        Check(TorchObject.Module("TotalVariation", ("strength", 1)), v => v);
        Check(TorchObject.Module("Dropout", ("p", 0.25), ("v2", true)), v => v);
        Check(TorchObject.Module("Dropout", ("p", 0.25)), v => 0.75 * v);
    }

    [TestMethod]
    public void ConcatTable_SummedByCAddTable_EachOnTheSameInput()
    {
        var input = Planes.Random(2, 3, 4);
        var network = TorchObject.Container("Sequential", Same(2),
            TorchObject.Container("ConcatTable", TorchObject.Module("Identity"), TorchObject.Module("Tanh"), TorchObject.Container("Sequential", Same(2), Same(2))),
            TorchObject.Module("CAddTable"));
        input.Map(v => 2 * v + Math.Tanh(v)).AssertNear(input.Through(network));
    }

    [TestMethod]
    public void Checkpoint_AnySize_OutputOfTheInputsSize()
    {
        foreach (var (height, width) in new[] { (16, 24), (20, 8) })
        {
            var output = Planes.Random(3, height, width).Through(Checkpoint());
            Assert.AreEqual((3, height + 4, width + 4), (output.Channels, output.Height, output.Width));
        }
    }

    private static Planes Through(Planes input, TorchObject module) => input.Through(TorchObject.Container("Sequential", Same(input.Channels), module));
}
