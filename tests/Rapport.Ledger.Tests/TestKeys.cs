using System.Security.Cryptography;

namespace Rapport.Ledger.Tests;

/// <summary>Keys that sign nothing but test data.</summary>
internal static class TestKeys
{
    /// <summary>The server's key in the golden files.</summary>
    public static CheckpointSigner Server { get; } = Read(
        "MHcCAQEEIA2Qy/ACFMtbSjCtPtpWkxnPDavZcZtiPRv9oUaImq7voAoGCCqGSM49AwEHoUQDQgAEzcjAyMc1jq+u/cYhkhPD8S2a0gOkCaAR2ORKZum20DdEY9ZaPnSjwPrxedjbGRR1GRLDbUC84n6mux0e1TWzww==");

    /// <summary>A key that the patient did not pin.</summary>
    public static CheckpointSigner Other { get; } = Read(
        "MHcCAQEEIJ0iznI7IYIyqwQA4PrNAkpdDzsfr4B23tAk7B8mEDF5oAoGCCqGSM49AwEHoUQDQgAEVMpPiFXSql0mPizCxeasNZZ+jL0x4BCMwETcSxHPhQcIIcVtEnRyjPdITkLorvnARNYtXMr3aWwr7gXBvijkQg==");

    private static CheckpointSigner Read(string base64)
    {
        var key = ECDsa.Create();
        key.ImportECPrivateKey(Convert.FromBase64String(base64), out _);
        return new CheckpointSigner(key);
    }
}
