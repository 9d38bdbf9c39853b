namespace Rapport.Ledger;

/// <summary>
/// Checks an export on its own: no server, no database. Any input gets a report; only a stream that cannot be read throws. It needs
/// memory for one line and reads the stream once. Thread safe.
/// </summary>
public static class LedgerVerifier
{
    /// <summary>Reads the stream to its end and tells what is wrong with it.</summary>
    /// <param name="export">What <see cref="LedgerExportWriter"/> wrote, or claims to be that.</param>
    /// <param name="options">What it is held against.</param>
    public static VerifyReport Verify(Stream export, VerifyOptions? options = null)
    {
        using var verification = new ExportVerification(options ?? new VerifyOptions());
        return verification.Run(new LineReader(export, ExportFormat.MaxLineLength));
    }
}
