namespace Rapport.Gathering.Tests;

/// <summary>Giving up ends a reading, whether its format looks or not.</summary>
public sealed class GivingUpTests
{
    [Fact]
    public void A_format_that_does_not_look_is_stopped_by_what_it_reads()
    {
        using var stop = new CancellationTokenSource();
        var content = new SourceContent("endless", 1, () => new Endless(stop));
        Assert.Throws<OperationCanceledException>(() => Importer.Read(new Heedless(), content, new ImportOptions { SourceName = "endless" }, null, stop.Token));
    }

    private sealed class Heedless : ISourceFormat
    {
        public string Name => "heedless";

        public bool Recognises(SourceHead head) => true;

        public void Read(SourceContent content, Harvest harvest, CancellationToken cancel)
        {
            using var stream = content.Open();
            stream.CopyTo(Stream.Null);
        }
    }

    /// <summary>Is given up after a while; says its end long after.</summary>
    private sealed class Endless(CancellationTokenSource stop) : Data.ReadOnlyStream(Stream.Null)
    {
        private int _reads;

        public override int Read(Span<byte> buffer)
        {
            if (++_reads == 10)
            {
                stop.Cancel();
            }

            return _reads < 1_000 ? buffer.Length : 0;
        }
    }
}
