using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Pipelines;

namespace MlNetVision.Classification;

public static partial class ClassificationTransformsCatalog
{
    private const string Decoded = "MlNetVision.Chain.Decoded";

    /// <summary>Scores encoded image files: decode (upright), resize, extract pixels, apply the network, find the best class.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="model">The network, which describes its input.</param>
    /// <param name="bytesColumnName">The column of the files' bytes, a vector of byte.</param>
    /// <param name="scoreColumnName">The column made of scores, a vector of float, one for each class by index.</param>
    /// <param name="classIndexColumnName">The column made of the class with the highest score, an unsigned integer from 0; of equal ones the first.</param>
    /// <returns>An estimator that needs no training; the fitted chain can be saved, and loaded by any app that has this library.</returns>
    /// <exception cref="BadModelException">It is no classification network.</exception>
    public static IEstimator<ITransformer> ScoreEncodedImages(
        this TransformsCatalog transforms, OnnxModel model, string bytesColumnName, string scoreColumnName, string classIndexColumnName)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        ArgumentNullException.ThrowIfNull(model);
        var network = ClassificationNetwork.Of(model, new ImageClassifierOptions());
        return transforms.DecodeUprightImages(Decoded, bytesColumnName)
            .Append(ChainParts.Whole(transforms, Decoded, images: true, network.Prepare(), network.Settings,
                (chain, _) => FindBest(transforms, chain, scoreColumnName, classIndexColumnName)))
            .Append(transforms.DropColumns(Decoded));
    }

    /// <summary>Scores a column of features, such as <c>FeaturizeImages</c> makes: applies a network to each row, and finds the best class.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="model">A network of one float input N × features and one float output N × classes; it is not changed.</param>
    /// <param name="featureColumnName">The column of features, a vector of float.</param>
    /// <param name="scoreColumnName">The column made of scores, a vector of float, one for each class by index.</param>
    /// <param name="classIndexColumnName">The column made of the class with the highest score, an unsigned integer from 0; of equal ones the first.</param>
    /// <returns>An estimator that needs no training; the fitted chain can be saved, and loaded by any app that has this library.</returns>
    public static IEstimator<ITransformer> ScoreFeatures(
        this TransformsCatalog transforms, OnnxModel model, string featureColumnName, string scoreColumnName, string classIndexColumnName)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        ArgumentNullException.ThrowIfNull(model);
        var network = new NetworkEstimator(transforms, [PipelineColumns.Outputs], [featureColumnName], ForOneRow(model.Clone(), featureColumnName));
        return FindBest(transforms, network, scoreColumnName, classIndexColumnName);
    }

    private static EstimatorChain<ColumnSelectingTransformer> FindBest(TransformsCatalog transforms, IEstimator<ITransformer> chain, string score, string classIndex) => chain
        .Append(transforms.CustomMapping<BestClassMapping.Input, BestClassMapping.Output>(BestClassMapping.Map, BestClassMapping.Contract))
        .Append(transforms.CopyColumns(classIndex, PipelineColumns.ClassIndex))
        .Append(transforms.CopyColumns(score, PipelineColumns.Outputs))
        .Append(transforms.DropColumns(PipelineColumns.Outputs, PipelineColumns.ClassIndex));

    /// <summary>The network under the names of columns, with a flat output: ML.NET asks row by row and takes columns by the names in the graph.</summary>
    private static OnnxModel ForOneRow(OnnxModel head, string features)
    {
        var input = head.Graph.Input[0];
        foreach (var node in head.Graph.Node)
        {
            for (var i = 0; i < node.Input.Count; i++)
            {
                if (node.Input[i] == input.Name) node.Input[i] = features;
            }
        }
        input.Name = features;
        var row = head.Outputs[0];
        head.Graph.Output.Clear();
        var graph = new GraphWriter(head, "MlNetVision.");
        graph.Node("Reshape", PipelineColumns.Outputs, [row.Name, graph.Integers(-1)]);
        graph.Output(PipelineColumns.Outputs, TensorProto.Types.DataType.Float, row.Shape[1]!.Value);
        return head;
    }
}
