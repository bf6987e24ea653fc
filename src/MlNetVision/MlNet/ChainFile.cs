using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using MlNetVision.Files;

namespace MlNetVision.MlNet;

/// <summary>Writes whole chains, from paths on, as ML.NET models.</summary>
[RequiresUnreferencedCode(Untrimmed.Reason), RequiresDynamicCode(Untrimmed.Reason)]
internal static class ChainFile
{
    /// <summary>The text column that saved chains read.</summary>
    public const string ImagePath = nameof(PathRow.ImagePath);

    /// <param name="path">The <c>.zip</c> file; it appears under its name when complete.</param>
    /// <param name="create">Makes the chain, from <see cref="ImagePath"/> on.</param>
    /// <param name="then">Work on the written file, such as adding entries; null: none.</param>
    public static void Save(string path, Func<MLContext, IEstimator<ITransformer>> create, Action<Stream>? then = null)
    {
        var context = new MLContext();
        var none = context.Data.LoadFromEnumerable(Array.Empty<PathRow>());
        var chain = create(context).Fit(none);
        using var owned = chain as IDisposable;
        AtomicFile.Write(path, stream =>
        {
            context.Model.Save(chain, none.Schema, stream);
            then?.Invoke(stream);
            IdvBlocks.Order(stream);
            ZipTimes.Clear(stream);
        });
    }

    private sealed class PathRow
    {
        public string ImagePath { get; set; } = "";
    }
}
