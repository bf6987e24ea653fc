using MlNetVision.Onnx;

namespace MlNetVision.Training;

/// <summary>Appends a head to a feature network.</summary>
internal static class GraphJoin
{
    // The version of the file format from which initializers need not be listed as inputs.
    private const long FirstWithFreeTensors = 4;

    /// <summary>Appends a head in place; its outputs become those of the network.</summary>
    /// <param name="network">A network with a tensor <c>features</c>.</param>
    /// <param name="head">A head, whose other names begin with <see cref="HeadGraph.Prefix"/>. It is copied.</param>
    public static void Append(OnnxModel network, OnnxModel head)
    {
        network.Graph.Node.AddRange(head.Graph.Node.Select(n => n.Clone()));
        network.Graph.Initializer.AddRange(head.Graph.Initializer.Select(t => t.Clone()));
        network.Graph.Output.Clear();
        network.Graph.Output.AddRange(head.Graph.Output.Select(o => o.Clone()));
        network.Proto.IrVersion = Math.Max(network.Proto.IrVersion, FirstWithFreeTensors);
    }

    /// <summary>A copy of a network whose initializers have the values that another has under the same names.</summary>
    public static OnnxModel WithValues(OnnxModel network, OnnxModel trained)
    {
        var copy = network.Clone();
        var values = trained.Graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
        for (var i = 0; i < copy.Graph.Initializer.Count; i++)
        {
            if (values.TryGetValue(copy.Graph.Initializer[i].Name, out var value)) copy.Graph.Initializer[i] = value.Clone();
        }
        return copy;
    }
}
