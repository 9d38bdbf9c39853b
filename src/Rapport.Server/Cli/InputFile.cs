namespace Rapport.Server.Cli;

/// <summary>A file named on the command line.</summary>
internal static class InputFile
{
    /// <summary>Opens it for reading; <c>-</c> is standard input.</summary>
    public static Stream Open(string path) =>
        path == "-" ? Console.OpenStandardInput() : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, FileOptions.SequentialScan);
}
