using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Pipelines;

/// <summary>Lets networks of 16-bit floats run as all others do.</summary>
internal static class HalfPrecision
{
    private const string Name = "MlNetVision.Float32";

    /// <summary>A copy of the network whose float16 input is a float32 one with a <c>Cast</c> behind it; the network itself where its input is of another type.</summary>
    public static OnnxModel WidenInput(OnnxModel model)
    {
        if (model.Inputs is not [{ Type: DataType.Float16 } input]) return model;
        var widened = model.Clone();
        var declared = widened.Graph.Input.First(i => i.Name == input.Name);
        declared.Name = Name;
        declared.Type.TensorType.ElemType = (int)DataType.Float;
        var cast = new NodeProto { OpType = "Cast", Name = "MlNetVision.Float16" };
        cast.Input.Add(Name);
        cast.Output.Add(input.Name);
        cast.Attribute.Add(OnnxAttributes.Make("to", (long)DataType.Float16));
        widened.Graph.Node.Insert(0, cast);
        return widened;
    }

    /// <summary>
    /// Changes the network so that ML.NET loads it: it looks at the types of stored and described tensors, and knows no 16-bit floats there.
    /// Stored ones become <c>Constant</c> nodes, whose types it does not look at.
    /// </summary>
    public static void HideFromMlNet(OnnxModel model)
    {
        var graph = model.Graph;
        foreach (var described in graph.ValueInfo.Where(v => v.Type?.TensorType?.ElemType == (int)DataType.Float16).ToList()) graph.ValueInfo.Remove(described);
        foreach (var tensor in graph.Initializer.Where(t => t.DataType == (int)DataType.Float16).ToList())
        {
            var constant = new NodeProto { OpType = "Constant", Name = tensor.Name };
            constant.Output.Add(tensor.Name);
            constant.Attribute.Add(OnnxAttributes.Make("value", tensor));
            graph.Node.Insert(0, constant);
            graph.Initializer.Remove(tensor);
        }
    }
}
