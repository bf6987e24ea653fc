using System.Globalization;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Onnx.Import.Darknet.Layers;

/// <summary>
/// <c>[region]</c> (YOLO v2 and YOLO9000), <c>[yolo]</c> (YOLO v3 and v4) and <c>[Gaussian_yolo]</c>. The graph ends before them: their input is
/// an output of the model, and an <see cref="ImportedOutput"/> describes them.
/// </summary>
internal static class HeadLayers
{
    /// <summary>Channels of an anchor before its classes: x, y, w, h, objectness.</summary>
    private const int BoxAttributes = 5;

    /// <summary>The same where each of x, y, w and h has a deviation beside it.</summary>
    private const int GaussianAttributes = 9;

    private static readonly string[] Points = ["center", "left_top", "right_bottom"];

    public static void ReadRegion(DarknetNetwork network, DarknetSection section)
    {
        section.Refuse("background");
        if (section.Integer("coords", 4, 0) is not 4 and var coords) throw section.Bad($"coords={coords} is not supported; expected 4");
        var (anchors, classes) = (ReadAnchors(section), section.Integer("classes", 20, 1));
        List<KeyValuePair<string, IReadOnlyList<double>>> parameters =
        [
            Parameter("classes", classes),
            Parameter("anchors", anchors),
            Parameter("softmax", section.Flag("softmax") ? 1 : 0),
        ];
        var tree = DarknetTree.Find(section);
        network.ClassNames = tree?.Names;
        if (tree is not null)
        {
            if (tree.Classes.Count != classes) throw section.Bad($"classes={classes}, but {tree.File} has {tree.Classes.Count} classes; expected as many");
            parameters.Add(new("tree", [.. tree.Classes.Parents.Select(p => (double)p)]));
        }
        AddGrid(network, section, anchors.Length / 2, classes, BoxAttributes, parameters);
    }

    public static void ReadYolo(DarknetNetwork network, DarknetSection section) => ReadYolo(
        network, section, BoxAttributes, Parameter("new_coords", section.Flag("new_coords") ? 1 : 0));

    public static void ReadGaussian(DarknetNetwork network, DarknetSection section)
    {
        var name = section.Text("yolo_point", Points[0]);
        var point = Array.IndexOf(Points, name);
        if (point < 0) throw section.Bad($"yolo_point={name}; expected {string.Join(", ", Points)}");
        ReadYolo(network, section, GaussianAttributes, Parameter("yolo_point", point));
    }

    private static void ReadYolo(
        DarknetNetwork network, DarknetSection section, int attributes, KeyValuePair<string, IReadOnlyList<double>> own)
    {
        if (section.Has("tree")) throw section.Bad("tree (a hierarchy of classes, YOLO9000) is not supported; expected it in [region] or [softmax]");
        network.ClassNames = null;
        var anchors = ReadAnchors(section);
        var all = anchors.Length / 2;
        var mask = section.Integers("mask") ?? [.. Enumerable.Range(0, all)];
        foreach (var m in mask)
        {
            if (m < 0 || m >= all) throw section.Bad($"mask names anchor {m}; expected one from 0 to {all - 1}");
        }
        var classes = section.Integer("classes", 20, 1);
        AddGrid(network, section, mask.Length, classes, attributes,
        [
            Parameter("classes", classes),
            Parameter("anchors", anchors),
            Parameter("mask", [.. mask.Select(m => (float)m)]),
            Parameter("scale_x_y", section.Float("scale_x_y", 1)),
            own,
        ]);
    }

    private static void AddGrid(
        DarknetNetwork network, DarknetSection section, int anchors, int classes, int attributes,
        IReadOnlyList<KeyValuePair<string, IReadOnlyList<double>>> parameters)
    {
        var output = string.Create(CultureInfo.InvariantCulture, $"grid_{network.Heads.Count}");
        var grid = network.Previous(section);
        var channels = (long)anchors * (attributes + classes);
        if (grid.Channels != channels)
        {
            throw section.Bad(
                $"{anchors} anchors × ({attributes} + {classes} classes) need {channels} channels, the layer before gives {grid.Channels}; " +
                $"expected filters={channels} there");
        }
        network.Graph.Node("Identity", output, [grid.Name]);
        network.Graph.Output(output, TensorProto.Types.DataType.Float, network.Batch, grid.Channels, grid.Height, grid.Width);
        network.Add(section, new ImportedOutput(output, section.Type, parameters), grid.Height, network.Trains ? HeadTraining.Read(network, section) : null);
    }

    /// <summary>Widths and heights in turn.</summary>
    private static float[] ReadAnchors(DarknetSection section)
    {
        var numbers = section.Floats("anchors") ?? throw section.Bad("anchors is missing; expected pairs of width and height");
        var count = section.Integer("num", 1, 1);
        if (numbers.Length != 2L * count) throw section.Bad($"num={count} anchors need {2L * count} numbers, found {numbers.Length}");
        if (numbers.Any(n => n <= 0)) throw section.Bad("expected anchors larger than 0");
        return numbers;
    }

    internal static KeyValuePair<string, IReadOnlyList<double>> Parameter(string name, params float[] values) =>
        new(name, [.. values.Select(v => (double)v)]);
}

/// <summary>
/// <c>[detection]</c> (YOLO v1, arXiv:1506.02640): side × side cells, each with one list of classes and <c>num</c> boxes. Its input is an output of
/// the model, flat: the classes of all cells, then the objectness of all boxes, then x, y, w, h of all boxes.
/// </summary>
internal static class DetectionLayer
{
    private const int Coordinates = 4;

    public static void Read(DarknetNetwork network, DarknetSection section)
    {
        section.Refuse("reorg");
        if (section.Integer("coords", 1, 0) is not Coordinates and var coords)
            throw section.Bad($"coords={coords} is not supported; expected {Coordinates}");
        int side = section.Integer("side", 7, 1, 1 << 10), boxes = section.Integer("num", 1, 1), classes = section.Integer("classes", 1, 1);
        var input = network.Previous(section);
        var values = (Int128)side * side * ((1 + Coordinates) * (long)boxes + classes);
        if (values != input.Elements)
        {
            throw section.Bad(
                $"{side} × {side} cells × ({boxes} boxes × 5 + {classes} classes) need {values} values, the layer before gives {input.Elements}; "
                + $"expected output={values} there");
        }
        network.ClassNames = null;
        var output = string.Create(CultureInfo.InvariantCulture, $"cells_{network.Heads.Count}");
        network.Reshape(output, input.Name, 1, input.Elements);
        network.Graph.Output(output, TensorProto.Types.DataType.Float, 1, input.Elements);
        network.Add(section, new ImportedOutput(output, section.Type,
        [
            HeadLayers.Parameter("classes", classes),
            HeadLayers.Parameter("side", side),
            HeadLayers.Parameter("num", boxes),
            HeadLayers.Parameter("sqrt", section.Flag("sqrt") ? 1 : 0),
            HeadLayers.Parameter("softmax", section.Flag("softmax") ? 1 : 0),
        ]), side);
    }
}
