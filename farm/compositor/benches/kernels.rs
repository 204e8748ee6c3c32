//! Inner loops: as the compiler vectorises them inside a pulp dispatch, against the plain formula.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use cutline_compositor::blend;

const WIDTH: usize = 1080;

fn kernels(criterion: &mut Criterion) {
    let texels: Vec<u16> = (0..WIDTH)
        .map(|x| {
            let cover = (x * 7 % 256) as u16;
            (cover / 2) | cover << 8
        })
        .collect();
    let values: Vec<u16> = texels.iter().map(|texel| texel & 255).collect();
    let coverage: Vec<u16> = texels.iter().map(|texel| texel >> 8).collect();
    let over: Vec<u8> = (0..WIDTH).map(|x| (x % 219 + 16) as u8).collect();
    let mut row = over.clone();
    let arch = pulp::Arch::new();
    let mut group = criterion.benchmark_group("row of 1080");
    group.throughput(Throughput::Elements(WIDTH as u64));
    group.bench_function("blend texels, reference", |bencher| {
        bencher.iter(|| blend::reference::texels(&mut row, black_box(&texels), 256));
    });
    group.bench_function("blend texels, scalar build", |bencher| {
        bencher.iter(|| blend::texels(&mut row, black_box(&texels), 256));
    });
    group.bench_function("blend texels, dispatched", |bencher| {
        bencher.iter(|| {
            arch.dispatch(blend::Texels {
                target: &mut row,
                texels: black_box(&texels),
                opacity: 256,
            })
        });
    });
    group.bench_function("blend planes, dispatched", |bencher| {
        bencher.iter(|| {
            arch.dispatch(
                #[inline(always)]
                || blend::planes(&mut row, black_box(&values), &coverage, 200),
            );
        });
    });
    group.bench_function("crossfade, dispatched", |bencher| {
        bencher.iter(|| {
            arch.dispatch(
                #[inline(always)]
                || blend::mix_into(&mut row, black_box(&over), 77),
            )
        });
    });
    group.finish();
}

criterion_group!(benches, kernels);
criterion_main!(benches);
