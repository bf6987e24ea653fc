namespace MlNetVision.Models;

/// <summary>A connection ended, or went silent, before the whole file had come: worth another attempt.</summary>
internal sealed class ConnectionCutException(string message, Exception? inner = null) : Exception(message, inner);
