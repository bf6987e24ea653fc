namespace MlNetVision.Onnx.Import.Darknet.Layers;

/// <summary>
/// <c>[connected]</c>: a matrix over all values, written as a convolution whose kernel is as large as its input.
/// In the weights: biases, the matrix output by output, then scales, means and variances where normalised.
/// </summary>
internal static class ConnectedLayer
{
    public static DarknetTensor Read(DarknetNetwork network, DarknetSection section, string name)
    {
        section.Refuse("dontload", "dontloadscales");
        var input = network.Previous(section);
        var activation = Activation.Read(section);
        var output = DarknetNetwork.Sized(section, name, section.Integer("output", 1, 1), 1, 1);

        var bias = network.Weights.Read(section, "biases", output.Channels);
        var matrix = network.Weights.Read(section, "weights", (Int128)output.Channels * input.Elements);
        if (network.Weights.Transposed) matrix = Transpose(matrix, output.Channels);
        if (section.Flag("batch_normalize")) BatchNormalization.Read(network.Weights, section, output.Channels).Fold(matrix, bias);

        var product = network.Graph.Node(
            "Conv", activation.IsLinear ? name : $"{name}/conv",
            [
                input.Name,
                network.Graph.Floats($"{name}/kernel", matrix, output.Channels, input.Channels, input.Height, input.Width),
                network.Graph.Floats($"{name}/bias", bias, output.Channels),
            ],
            ("kernel_shape", new[] { input.Height, input.Width }));
        activation.Apply(network, product, name);
        return output;
    }

    private static float[] Transpose(float[] byInput, int outputs)
    {
        var inputs = byInput.Length / outputs;
        var byOutput = new float[byInput.Length];
        for (var i = 0; i < inputs; i++)
        {
            for (var o = 0; o < outputs; o++) byOutput[o * inputs + i] = byInput[i * outputs + o];
        }
        return byOutput;
    }
}
