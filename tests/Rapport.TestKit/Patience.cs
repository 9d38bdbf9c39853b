namespace Rapport.TestKit;

/// <summary>How long tests wait for what must come, by the clock on the wall: what did not come by then never will. It measures nothing, and is for machines that are slow, or have much else to do.</summary>
public static class Patience
{
    /// <summary>Two minutes.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
}
