namespace Rapport.Server.Hosting;

/// <summary>How pages are kept up to date while they are open. The defaults are meant for everyone.</summary>
internal sealed record LiveSettings
{
    /// <summary>How often the database is asked whether something happened. Half of it passes on average until an open page shows what another node wrote.</summary>
    public TimeSpan AskEvery { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>How often the database is asked whether other nodes wrote something in conversations that somebody listens to.</summary>
    public TimeSpan TalkEvery { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The same where there is one node: only what a command wrote is heard so.</summary>
    public TimeSpan TalkEveryAlone { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often all sessions behind open pages are looked at; one whose page is about to be told something is looked at each time.</summary>
    public TimeSpan LookAtSessionsEvery { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How often a sign of life is sent where nothing happens, so that proxies keep the connection and a lost one is noticed.</summary>
    public TimeSpan BeatEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Streams of all kinds that one person may have open: a page in sight has one or two.</summary>
    public int MostForOnePerson { get; init; } = 16;

    /// <summary>Streams that this node keeps open.</summary>
    public int Most { get; init; } = 20_000;
}
