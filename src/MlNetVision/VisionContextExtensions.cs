using Microsoft.ML;

namespace MlNetVision;

/// <summary>What an <see cref="MLContext"/> must know of this library.</summary>
public static class VisionContextExtensions
{
    /// <summary>
    /// Registers this library's transforms, so that <c>mlContext.Model.Load</c> finds them in a saved pipeline. Without it ML.NET says
    /// "Could not find a definition for 'CustomMapping' ... contractName". It may be called more than once.
    /// </summary>
    /// <returns>The same context.</returns>
    public static MLContext UseMlNetVision(this MLContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.ComponentCatalog.RegisterAssembly(typeof(VisionContextExtensions).Assembly);
        return context;
    }
}
