def bench_site(app, n):
    pass
