using MlNetVision.Onnx;
using MlNetVision.Onnx.Runtime;
using MlNetVision.Onnx.Surgery;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Style;

/// <summary>
/// Runs a network on an image tile by tile, with the same output as for the whole: instance normalisations take the statistics of
/// all tiles. They are fixed in order: once all before it are fixed, the input of the next is computed tile by tile and
/// measured. At a bottleneck the feature map is kept, and the run continues from there.
/// </summary>
/// <param name="model">The network.</param>
/// <param name="tileSize">The side of a tile in pixels.</param>
/// <param name="multiple">The grid of the image's sides and of tiles.</param>
/// <param name="device">The devices to take; null: the processor.</param>
/// <param name="threads">Threads to work with.</param>
/// <param name="cancellationToken">Stops between two layers of a tile.</param>
internal sealed class TiledNetwork(
    OnnxModel model, int tileSize, int multiple, DeviceList? device, int threads, CancellationToken cancellationToken)
{
    private readonly Stack<float[]> _spare = new();

    /// <summary>Gives the output for the image, part by part.</summary>
    /// <param name="image">The image.</param>
    /// <param name="output">The output to read.</param>
    /// <param name="isChannelsLast">Whether channels are its last axis.</param>
    /// <param name="read">Receives the parts.</param>
    public void Run(IRegionSource image, string output, bool isChannelsLast, TilePart.Reader read)
    {
        var needed = model.Cut(output);
        var narrow = Bottlenecks.After(needed, new SpatialReach(needed));
        var stage = new Stage(needed, image, tileSize, multiple);
        foreach (var name in FixedStatistics.Of(needed).Select(n => n.Output[0]))
        {
            var node = stage.Model.Graph.Node.First(n => n.Output.Contains(name));
            var statistics = new ChannelStatistics();
            EachTile(stage, node.Input[0], false, statistics.Add);
            FixedStatistics.ReplaceInPlace(stage.Model, node, statistics);
            if (narrow.TryGetValue(name, out var tensor)) stage = Next(stage, tensor);
        }
        EachTile(stage, output, isChannelsLast, read);
    }

    /// <summary>Computes a whole feature map, as the source of the rest of the network.</summary>
    private Stage Next(Stage stage, string tensor)
    {
        FeatureMap? map = null;
        var channels = 0;
        EachTile(stage, tensor, false, (values, part) =>
        {
            channels = values.Length / (part.TileWidth * part.TileHeight);
            map ??= new FeatureMap(channels, part.WholeWidth, part.WholeHeight, _spare);
            map.Put(values, part);
        }, isLast: true);
        var side = (int)(stage.Side / new SpatialReach(stage.Model).Jump(tensor));
        return new Stage(After(stage.Model, tensor, channels), map!, side, 1);
    }

    /// <summary>The part of a network from a tensor on, that tensor included, because a normalisation may read it.</summary>
    private static OnnxModel After(OnnxModel model, string tensor, int channels)
    {
        var graph = model.Graph;
        graph.Node.Remove(graph.Node.First(n => n.Output.Contains(tensor)));
        var kept = graph.FreeName($"{tensor}/kept");
        graph.Input.Clear();
        var writer = new GraphWriter(model, "", position: 0);
        writer.NodeWithOutputs("Identity", kept, [writer.Input(kept, DataType.Float, 1, channels, -1, -1)], [tensor]);
        GraphCutter.Prune(graph, [.. graph.Output.Select(o => o.Name)]);
        return model;
    }

    private void EachTile(Stage stage, string tensor, bool isChannelsLast, TilePart.Reader read, bool isLast = false)
    {
        var network = stage.Model.Graph.Output.Any(o => o.Name == tensor) ? stage.Model : stage.Model.Cut(tensor);
        var reach = new SpatialReach(stage.Model);
        var grid = new TileGrid(stage.Source.Width, stage.Source.Height, stage.Side, reach.Radius(tensor), stage.Multiple);
        using var session = new RegionSession(network, tensor, device, threads, keepsMemory: true);
        foreach (var tile in grid.All)
        {
            if (isLast) stage.Source.Forget(tile.Top);
            session.Run(stage.Source, tile.Left, tile.Top, grid.TileWidth, grid.TileHeight, (values, shape) =>
            {
                if (shape.Length != 4) throw new BadModelException($"{network.Name}: cannot be run tile by tile: '{tensor}' has {shape.Length} axes; 4 were expected.");
                read(values, TilePart.Of(tile, grid, (int)shape[isChannelsLast ? 2 : 3], (int)shape[isChannelsLast ? 1 : 2], reach.Jump(tensor)));
            }, cancellationToken);
        }
    }

    /// <param name="Model">The remaining network; changed as normalisations are fixed.</param>
    /// <param name="Source">Its input.</param>
    /// <param name="Side">The side of tiles of it.</param>
    /// <param name="Multiple">The grid of their positions.</param>
    private sealed record Stage(OnnxModel Model, IRegionSource Source, int Side, int Multiple);
}
