namespace Rapport.Records;

/// <summary>The record has no more room for what was to be written: nothing was. The message is fit to be shown.</summary>
public sealed class RecordFullException() : Exception(Told)
{
    /// <summary>The same to everybody: it tells nobody what others brought.</summary>
    public const string Told = "there is no more room for this in the record: nothing was written; whoever runs this server can make more";
}
