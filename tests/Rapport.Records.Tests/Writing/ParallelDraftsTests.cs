using Rapport.Data;

namespace Rapport.Records.Tests;

/// <summary>Many drafts at once come out as if they were made one after the other.</summary>
public sealed class ParallelDraftsTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(1000)]
    public void A_broken_seal_among_many_is_told_as_such(int count) =>
        Assert.Throws<SealBrokenException>(() => ParallelDrafts.Make(count, i => i == 2 ? throw new SealBrokenException(default) : i, TestContext.Current.CancellationToken));

    [Theory]
    [InlineData(3)]
    [InlineData(1000)]
    public void They_come_in_their_order(int count) =>
        Assert.Equal(Enumerable.Range(0, count), ParallelDrafts.Make(count, i => i, TestContext.Current.CancellationToken));

    [Theory]
    [InlineData(3)]
    [InlineData(1000)]
    public void Who_gives_up_is_not_kept_waiting(int count)
    {
        using var given = new CancellationTokenSource();
        var made = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => ParallelDrafts.Make(
            count,
            i =>
            {
                given.Cancel();
                return Interlocked.Increment(ref made);
            },
            given.Token));
        Assert.True(made < count, $"{made} were made");
    }
}
