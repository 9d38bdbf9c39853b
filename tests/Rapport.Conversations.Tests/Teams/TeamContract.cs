using Rapport.TestKit;

namespace Rapport.Conversations.Tests.Teams;

/// <summary>What is tested in a <see cref="TeamHouse"/>, on each database. The tests of a class share their database and its clock; each has a house of its own.</summary>
public abstract class TeamContract(TestDatabase test) : IAsyncLifetime
{
    private protected TeamHouse _house = null!;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected TestDatabase Test => test;

    public async ValueTask InitializeAsync()
    {
        if (Begins(test.Clock.GetUtcNow()) is { } begins)
        {
            test.Clock.Advance(begins - test.Clock.GetUtcNow().UtcDateTime);
        }

        _house = await TeamHouse.MoveInAsync(test);
    }

    public async ValueTask DisposeAsync()
    {
        await _house.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The instant in UTC, still to come, at which each test begins; null for whenever it is.</summary>
    protected virtual DateTime? Begins(DateTimeOffset now) => null;
}
